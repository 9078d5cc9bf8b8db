// A world in memory for relays alone: an outbox whose transactions commit late, a broker that loses, refuses and answers late.
import type { Outcome } from '../../workers/amqp/publisher.ts';
import type { PendingEvent, PublishPort } from '../../workers/relay/ports.ts';
import { type Call, createOutbox } from './outbox.ts';

/** What may go wrong with a message, each as a share of 1. `lostAfter`: it arrived, but nobody says so. `poison`: events that never go out. */
export type Weather = { lostBefore: number; lostAfter: number; nacked: number; returned: number; poison: number };

/** The world. `random` is in [0, 1). */
export type World = ReturnType<typeof createWorld>;

/** Makes an empty world. */
export function createWorld(random: () => number, weather: Weather) {
  const arrivals: PendingEvent[] = [];
  /** What happened to rows, in order: the first time each was published, and each failed try. */
  const log: { kind: 'published' | 'failed try'; event: PendingEvent }[] = [];
  const poisonous = new Set<string>();
  let clock = 0;
  const outbox = createOutbox(
    () => clock,
    (event) => log.push({ kind: 'failed try', event }),
  );

  const eventOf = (aggregate: number, sequence: number): Omit<PendingEvent, 'id' | 'partition'> => ({
    eventId: `${aggregate}-${sequence}`,
    aggregateId: `aggregate-${aggregate}`,
    aggregateType: 'a',
    sequence,
    type: 'a.b',
    version: 'v1',
    tenantId: 't',
    projectId: null,
    correlationId: 'c',
    createdAt: 'now',
    retryCount: 0,
    skip: false,
    metadata: '{}',
    data: '{}',
  });
  /** The way to the database and back takes its time: the answer is of the moment it was made, and arrives later. */
  const travel = async (): Promise<void> => {
    for (let turns = Math.floor(random() * 12); turns > 0; turns -= 1) await Promise.resolve();
  };
  const call: Call = async (answer) => {
    await travel();
    const value = answer();
    await travel();
    return value;
  };

  /** A broker connection of one process; `answer` delivers the oldest outstanding answers, `cut` loses them all. */
  const broker = () => {
    // After a cut nothing that is written to the connection arrives, until it is noticed.
    let isCut = false;
    let waiting: { outcome: Outcome; settle: (outcome: Outcome) => void }[] = [];
    const publisher: PublishPort = {
      ready: () => true,
      publish: (event, settle) => {
        log.push({ kind: 'published', event });
        const dice = random();
        const { lostBefore, lostAfter, nacked, returned } = weather;
        const kind =
          isCut || dice < lostBefore + lostAfter
            ? 'lost'
            : dice < lostBefore + lostAfter + nacked
              ? 'nacked'
              : dice < lostBefore + lostAfter + nacked + returned
                ? 'returned'
                : 'confirmed';
        const arrives = !poisonous.has(event.eventId);
        if (arrives && (kind === 'confirmed' || (kind === 'lost' && !isCut && dice >= lostBefore)))
          arrivals.push(event);
        if (kind === 'lost') isCut = true;
        const isPoison = kind === 'confirmed' && poisonous.has(event.eventId);
        waiting.push({ outcome: { kind: isPoison ? 'returned' : kind }, settle });
      },
    };
    return {
      publisher,
      /** True: a connection was lost, the relay must be told. */
      answer: (count: number): boolean => {
        for (const { outcome, settle } of waiting.splice(0, count)) {
          if (outcome.kind === 'lost') {
            isCut = false;
            const rest = waiting;
            waiting = [];
            for (const one of rest) one.settle({ kind: 'lost' });
            return true;
          }
          settle(outcome);
        }
        return false;
      },
    };
  };

  return {
    rows: outbox.rows,
    arrivals,
    log,
    now: () => clock,
    advance: (ms: number) => {
      clock += ms;
    },
    /** Begins a transaction that writes the next events of an aggregate; `commit` makes them visible. */
    write: (aggregate: number, fromSequence: number, count: number): { commit: () => void } => {
      const transaction = outbox.begin();
      for (let n = 0; n < count; n += 1) {
        const event = eventOf(aggregate, fromSequence + n);
        if (random() < weather.poison) poisonous.add(event.eventId);
        transaction.append(event, aggregate);
      }
      return transaction;
    },
    leases: (process: string) => outbox.leases(process, call),
    outbox: (process: string) => outbox.port(process, call),
    broker,
  };
}
