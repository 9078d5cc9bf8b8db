// A world in memory for the relay: an outbox whose transactions commit late, leases with a clock, a broker that loses, refuses and answers late.
import type { Outcome } from '../../workers/amqp/publisher.ts';
import type { LeasePort, OutboxPort, PendingEvent, PublishPort } from '../../workers/relay/ports.ts';

/** A row: visible once `committed`. */
export type SimulatedRow = {
  event: PendingEvent;
  committed: boolean;
  transaction: number;
  status: 'pending' | 'processed' | 'failed';
  tries: number;
  waitUntil: number;
};

/** What may go wrong with a message, each as a share of 1. `lostAfter`: it arrived, but nobody says so. `poison`: events that never go out. */
export type Weather = { lostBefore: number; lostAfter: number; nacked: number; returned: number; poison: number };

/** The world. `random` is in [0, 1). */
export type World = ReturnType<typeof createWorld>;

const partitions = 4;
const leaseMs = 5_000;

/** Makes an empty world. */
export function createWorld(random: () => number, weather: Weather) {
  const rows: SimulatedRow[] = [];
  const arrivals: PendingEvent[] = [];
  /** What happened to rows, in order: the first time each was published, and each failed try. */
  const log: { kind: 'published' | 'failed try'; event: PendingEvent }[] = [];
  const poisonous = new Set<string>();
  const owners = new Map<number, { owner: string; fence: number }>();
  const alive = new Map<string, number>();
  let clock = 0;
  let nextTransaction = 1;
  const open = new Set<number>();

  const eventOf = (aggregate: number, sequence: number): PendingEvent => ({
    id: rows.length + 1,
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
    partition: aggregate % partitions,
    retryCount: 0,
    skip: false,
    metadata: '{}',
    data: '{}',
  });
  const snapshot = () => ({ oldestOpen: Math.min(nextTransaction, ...open), newest: nextTransaction });
  const visible = (): SimulatedRow[] => rows.filter(({ committed }) => committed);
  const holds = ({ status, waitUntil }: SimulatedRow): boolean =>
    status === 'failed' || (status === 'pending' && waitUntil > 0);
  const refs = (found: SimulatedRow[]) =>
    found.map(({ event: { aggregateId, partition, id } }) => ({ aggregateId, partition, id }));
  const isFenced = (process: string, partition: number, fence: number): boolean => {
    const lease = owners.get(partition);
    return lease?.owner !== process || lease.fence !== fence;
  };

  /** The way to the database and back takes its time: the answer is of the moment it was made, and arrives later. */
  const travel = async (): Promise<void> => {
    for (let turns = Math.floor(random() * 12); turns > 0; turns -= 1) await Promise.resolve();
  };
  const answered = async <T>(answer: () => T): Promise<T> => {
    await travel();
    const value = answer();
    await travel();
    return value;
  };

  const leases = (process: string): LeasePort => ({
    leaseMs,
    beat: (drained) =>
      answered(() => {
        for (const [name, until] of alive) if (until <= clock) alive.delete(name);
        for (const [partition, { owner, fence }] of owners)
          if (!alive.has(owner) || (owner === process && drained.includes(partition)))
            owners.set(partition, { owner: '', fence });
        alive.set(process, clock + leaseMs);
        const names = [...alive.keys()].sort();
        const share =
          Math.floor(partitions / names.length) + (names.indexOf(process) < partitions % names.length ? 1 : 0);
        const mine = () => [...owners].filter(([, { owner }]) => owner === process).map(([partition]) => partition);
        for (let partition = 0; partition < partitions && mine().length < share; partition += 1) {
          const lease = owners.get(partition);
          if (lease === undefined || lease.owner === '')
            owners.set(partition, { owner: process, fence: (lease?.fence ?? 0) + 1 });
        }
        const owned = mine();
        return {
          owned: new Map(owned.map((partition) => [partition, owners.get(partition)?.fence ?? 0])),
          surplus: owned.slice(share),
          processes: names.length,
          nextExpiryMs: leaseMs,
        };
      }),
    leave: () =>
      answered(() => {
        alive.delete(process);
        for (const [partition, { owner, fence }] of owners)
          if (owner === process) owners.set(partition, { owner: '', fence });
      }),
  });

  const outbox = (process: string): OutboxPort => ({
    readPending: ({ after, partitions: wanted, except, heldAggregates, limit }) =>
      answered(() => ({
        events: visible()
          .filter(
            ({ event, status, waitUntil }) =>
              status === 'pending' &&
              waitUntil === 0 &&
              event.id > after &&
              wanted.includes(event.partition) &&
              !except.includes(event.id) &&
              !heldAggregates.includes(event.aggregateId),
          )
          .slice(0, limit)
          .map(({ event }) => event),
        ...snapshot(),
      })),
    readHolding: (wanted) =>
      answered(() => refs(visible().filter((row) => holds(row) && wanted.includes(row.event.partition)))),
    readDue: (wanted) =>
      answered(() =>
        refs(
          visible().filter(
            (row) =>
              row.status === 'pending' &&
              row.waitUntil > 0 &&
              row.waitUntil <= clock &&
              wanted.includes(row.event.partition),
          ),
        ),
      ),
    readAggregate: (aggregateId, limit) =>
      answered(() =>
        visible()
          .filter(({ event, status }) => event.aggregateId === aggregateId && status !== 'processed')
          .slice(0, limit)
          .map((row) => ({
            event: { ...row.event, retryCount: row.tries },
            waitMs: row.status === 'failed' ? Number.POSITIVE_INFINITY : Math.max(0, row.waitUntil - clock),
            isSuspect: row.waitUntil > 0,
          })),
      ),
    markSent: (batch) =>
      answered(() => {
        for (const { event, fence } of batch) {
          const row = rows[event.id - 1];
          if (row?.status === 'pending' && !isFenced(process, event.partition, fence))
            Object.assign(row, { status: 'processed', waitUntil: 0 });
        }
      }),
    markFailedTry: (event, fence, _reason, { waitMs, giveUp }) =>
      answered(() => {
        const row = rows[event.id - 1];
        if (row?.status !== 'pending' || isFenced(process, event.partition, fence)) return;
        log.push({ kind: 'failed try', event });
        Object.assign(row, {
          tries: row.tries + 1,
          status: giveUp ? 'failed' : 'pending',
          waitUntil: giveUp ? 0 : clock + waitMs,
        });
      }),
  });

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
    rows,
    arrivals,
    log,
    now: () => clock,
    advance: (ms: number) => {
      clock += ms;
    },
    /** Begins a transaction that writes the next events of an aggregate; `commit` makes them visible. */
    write: (aggregate: number, fromSequence: number, count: number): { commit: () => void } => {
      const transaction = nextTransaction;
      nextTransaction += 1;
      open.add(transaction);
      const own: SimulatedRow[] = [];
      for (let n = 0; n < count; n += 1) {
        const row: SimulatedRow = {
          event: eventOf(aggregate, fromSequence + n),
          committed: false,
          transaction,
          status: 'pending',
          tries: 0,
          waitUntil: 0,
        };
        if (random() < weather.poison) poisonous.add(row.event.eventId);
        rows.push(row);
        own.push(row);
      }
      return {
        commit: () => {
          open.delete(transaction);
          for (const row of own) row.committed = true;
        },
      };
    },
    leases,
    outbox,
    broker,
  };
}
