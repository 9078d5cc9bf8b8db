// An operator of the simulated world and the process that does what is asked: dead letters again, a consumer paused and resumed, a part of the log
// replayed, a read model rebuilt. Sending and everything that consumers do of it is the product's own; what the requests' SQL does is told here.
import { queuesOf } from '../../workers/amqp/topology.ts';
import { trySendEvents } from '../../workers/consumer-operations/send-events.ts';
import { type Consumer, isOrdered } from '../../workers/consumers/consumer.ts';
import type { Broker } from './broker.ts';
import type { Outbox } from './outbox.ts';
import type { Pauses } from './pauses.ts';
import type { Owner, Scheduler } from './scheduler.ts';
import type { Tables } from './tables.ts';

/** What an operator has before them. */
export type Operations = {
  readonly scheduler: Scheduler;
  readonly outbox: Outbox;
  readonly tables: Tables;
  readonly broker: Broker;
  readonly consumers: readonly Consumer[];
  readonly pauses: Pauses;
};

/** A replay or a rebuild; `position`: up to where it was sent. It outlives the process that is at it. */
export type Request = {
  readonly consumer: Consumer;
  readonly kind: 'replay' | 'rebuild';
  state: 'clearing' | 'sending' | 'done';
  position: number;
  end: number;
};

/** What was asked for, and what is counted of it. */
export type Asked = {
  readonly requests: Request[];
  /** Asks for one of the four by chance. */
  readonly anything: () => void;
  /** Gives all dead letters their attempts again. */
  readonly redrive: () => void;
  readonly isDone: () => boolean;
  readonly counts: { pause: number; redrive: number; replay: number; rebuild: number };
};

/** Makes the operator; what they ask for is a change in the tables, at once. */
export function createOperator({ scheduler, outbox, tables, consumers, pauses }: Operations): Asked {
  const { random } = scheduler;
  const requests: Request[] = [];
  const counts = { pause: 0, redrive: 0, replay: 0, rebuild: 0 };
  const redrive = (): void => {
    counts.redrive += tables.redriveAll();
  };
  const ask = (consumer: Consumer, kind: Request['kind']): void => {
    if (requests.some((one) => one.state !== 'done' && one.consumer === consumer)) return;
    counts[kind] += 1;
    const state = kind === 'rebuild' ? 'clearing' : 'sending';
    requests.push({ consumer, kind, state, position: 0, end: outbox.rows.length });
  };
  return {
    requests,
    counts,
    redrive,
    isDone: () => requests.every(({ state }) => state === 'done') && tables.resends.size === 0,
    anything: () => {
      const consumer = consumers[Math.floor(random() * consumers.length)];
      if (!consumer) return;
      const dice = random();
      if (dice < 0.3) redrive();
      else if (dice < 0.55) {
        counts.pause += 1;
        pauses.pause(consumer.name, 'operator');
        scheduler.after(null, 500 + random() * 4_000, () => pauses.resume(consumer.name, 'operator'));
      } else ask(consumer, dice < 0.75 ? 'replay' : 'rebuild');
    },
  };
}

const pollMs = 1_000;
const quietMs = 5_000;
const batch = 4;
const passes = 20;

/** Starts the process that carries out what is asked for. After its death the next one goes on from what the tables say. */
export function startOperations(owner: Owner, asked: Asked, operations: Operations): void {
  const { scheduler, outbox, tables, broker, consumers, pauses } = operations;
  const { after, now } = scheduler;
  const send = broker.sender(owner);
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void after(owner, ms, resolve));
  const queueOf = (consumer: Consumer): string => queuesOf('', consumer).queue;

  const sendAgain = async (): Promise<void> => {
    for (const consumer of consumers) {
      const due = await tables.asked(owner, () => tables.resendsOf(consumer.name));
      const events = outbox.rows.filter(({ event }) => due.has(event.eventId)).map(({ event }) => event);
      const { sent } = await trySendEvents({ send }, queueOf(consumer), events);
      const settled = new Map([...due].filter(([id]) => sent.has(id)));
      await tables.asked(owner, () => tables.sentAgain(consumer.name, settled));
    }
  };
  const clear = async (request: Request): Promise<void> => {
    const { consumer } = request;
    await tables.asked(owner, () => pauses.pause(consumer.name, 'rebuild'));
    for (const until = now() + quietMs; now() < until && broker.subscribers(queueOf(consumer)) > 0; ) await wait(50);
    const clearAll = isOrdered(consumer) ? tables.clearAggregates : tables.clearEvents;
    for (let pass = 0; pass < passes; pass += 1) {
      if ((await clearAll(owner, consumer.name, outbox.rows)) === 0) break;
      await wait(500);
    }
    await tables.asked(owner, () => {
      tables.clearRest(consumer.name, outbox.rows);
      request.end = outbox.rows.length;
    });
    // Both at once: who dies before it leaves a request that is cleared again, and let go by whoever does that.
    await tables.asked(owner, () => {
      pauses.resume(consumer.name, 'rebuild');
      request.state = 'sending';
    });
  };
  const sendSome = async (request: Request): Promise<void> => {
    const { consumer, position, end } = request;
    const isSent = ({ event, committed, status }: (typeof outbox.rows)[number]): boolean =>
      committed && status === 'processed' && event.id > position && event.id <= end;
    const events = await tables.asked(owner, () =>
      outbox.rows
        .filter(isSent)
        .slice(0, batch)
        .map(({ event }) => event),
    );
    const { failure } = await trySendEvents({ send }, queueOf(consumer), events);
    if (failure) return wait(100);
    const last = events.at(-1)?.id;
    await tables.asked(owner, () => Object.assign(request, last ? { position: last } : { state: 'done' }));
  };
  const work = async (): Promise<void> => {
    for (;;) {
      try {
        await sendAgain();
        for (const request of asked.requests) {
          if (request.state === 'clearing') await clear(request);
          while (request.state === 'sending') await sendSome(request);
        }
      } catch {
        // It goes on at the next look, from what is noted.
      }
      await wait(pollMs);
    }
  };
  void work();
}
