// The consumers of one process: one connection to consume, a channel each, and one to send; pauses followed; an orderly stop.
import { setMaxListeners } from 'node:events';
import { pausedConsumers } from '../../db/consumer-controls.ts';
import { recordBeginning } from '../../db/consumer-starts.ts';
import type { Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import type { Logger } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import { createTroubles, reasonOf } from '../../platform/troubles.ts';
import { createConnection } from '../amqp/connection.ts';
import type { Consumer } from './consumer.ts';
import { createRunner } from './consumer-runner.ts';
import { createDeadLetter } from './dead-letters.ts';
import { followPauses } from './follow-pauses.ts';
import { createSlowLane } from './limiter.ts';
import type { ConsumerObserver } from './observer.ts';
import { batchStore, createConsumerStore, systemTime } from './postgres-store.ts';
import { createProcessor } from './process-delivery.ts';
import { createRetryLater } from './retry-later.ts';
import { createSending } from './sending.ts';

/** What the consumers need. The pool must have a connection for each of their concurrent attempts and for each place in the slow lane. */
export type ConsumersSettings = {
  readonly pool: Pool;
  readonly systemPool: Pool;
  readonly amqpUrl: string;
  readonly prefix: string;
  readonly exchange: string;
  readonly consumers: readonly Consumer[];
  readonly name: string;
  readonly log: Logger;
  readonly observer?: ConsumerObserver;
  readonly handlerTimeoutMs?: number;
  readonly retryBaseMs?: number;
  readonly patienceMs?: number;
  readonly sweepEveryMs?: number;
  readonly pausesEveryMs?: number;
  readonly slowAfterMs?: number;
  readonly slowLaneSize?: number;
};

/** Running consumers. `problems()`: why one of them does not get messages; empty when all do. `paused()`: those that an operator has paused. */
export type RunningConsumers = {
  readonly problems: () => string[];
  readonly paused: () => string[];
  /** Looks at once whether somebody was paused or resumed. */
  readonly lookAtPauses: () => void;
  /** Takes nothing new and lets what runs finish within `drainMs`; then ends it. What has not taken effect is given back. */
  readonly stop: (drainMs?: number) => Promise<void>;
};

/** Less than the database lets a transaction idle, so that it is we who end it. */
const defaultHandlerTimeoutMs = 9_000;
/** Room for handlers that hang, beside the concurrent attempts. */
export const defaultSlowLaneSize = 20;

/** Starts at once and waits for the broker to come. */
export function runConsumers(settings: ConsumersSettings): RunningConsumers {
  const { log, consumers, prefix, exchange, pool, systemPool } = settings;
  const observer = settings.observer ?? {};
  const troubles = createTroubles();
  const stopping = new AbortController();
  const cut = new AbortController();
  /** Ends with the connection. */
  let session = new AbortController();
  // Each consumer listens, and there are as many as rows: no number of them is a leak.
  setMaxListeners(0, stopping.signal, cut.signal);

  const pauses = followPauses(
    {
      read: async () => {
        const paused = await inSystem(systemPool, pausedConsumers);
        troubles.over('pauses');
        return paused.map(({ name }) => name);
      },
      everyMs: settings.pausesEveryMs ?? 5_000,
      onChange: (consumer, isPaused) => log.info({ consumer }, isPaused ? 'paused by an operator' : 'resumed'),
      onError: (error) =>
        troubles.has('pauses', reasonOf(error), () => log.warn({ err: error }, 'it can not be read who is paused')),
    },
    stopping.signal,
  );
  const sending = createSending({ url: settings.amqpUrl, name: settings.name, log });
  const shared = {
    deadLetter: createDeadLetter(prefix, sending.sender),
    retryLater: createRetryLater(prefix, sending.sender),
    store: createConsumerStore(pool, systemPool),
    batchStore,
    time: systemTime,
    observer,
    handlerTimeoutMs: settings.handlerTimeoutMs ?? defaultHandlerTimeoutMs,
    retryBaseMs: settings.retryBaseMs ?? 200,
    patienceMs: settings.patienceMs ?? 15 * 60_000,
    cut: cut.signal,
    slowLane: createSlowLane(settings.slowLaneSize ?? defaultSlowLaneSize),
    slowAfterMs: settings.slowAfterMs ?? 1_000,
  };
  const runners = new Map(
    consumers.map((consumer) => {
      let beginning = 0;
      const runner = createRunner(
        {
          prefix,
          exchange,
          processor: createProcessor({ ...shared, beginning: () => beginning }, consumer),
          recordBeginning: async () => {
            const fromNow = consumer.startsAt !== 'first';
            beginning = await inSystem(systemPool, (tx) => recordBeginning(tx, consumer.name, fromNow));
          },
          pauses,
          observer,
          log,
          sweepEveryMs: settings.sweepEveryMs ?? 2_000,
          stop: stopping.signal,
        },
        consumer,
      );
      return [consumer.name, runner] as const;
    }),
  );
  const all = [...runners.values()];

  const connection = createConnection({
    url: settings.amqpUrl,
    name: settings.name,
    onLost: (reason) => {
      troubles.has('broker', reason, () => log.warn({ reason }, 'the broker was lost'));
      session.abort();
      for (const runner of all) runner.disconnected(reason);
    },
    onOpen: async (model) => {
      session = new AbortController();
      const { signal } = session;
      setMaxListeners(0, signal);
      for (const runner of all) runner.connected(model, signal);
      troubles.over('broker');
      log.info('the broker is connected');
    },
  });

  return {
    problems: () =>
      [...runners].flatMap(([name, runner]) => {
        const problem = runner.problem();
        return problem === undefined ? [] : [`${name}: ${problem}`];
      }),
    paused: () => consumers.map(({ name }) => name).filter((name) => pauses.isPaused(name)),
    lookAtPauses: pauses.look,
    stop: async (drainMs = 8_000) => {
      stopping.abort();
      const idle = Promise.all(all.map((runner) => runner.idle()));
      await Promise.race([idle, pause(drainMs, cut.signal)]);
      cut.abort();
      await Promise.race([idle, pause(1_000)]);
      await Promise.all(all.map((runner) => runner.close()));
      await Promise.all([connection.close(), sending.close()]);
    },
  };
}
