// The consumers of one process: one connection, a channel each, subscribed again after every loss; an orderly stop.
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import type { Pool } from '../../db/pool.ts';
import type { Logger } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import { createConnection } from '../amqp/connection.ts';
import { createQueueSender, type QueueSender } from '../amqp/queue-sender.ts';
import { type Settle, type Subscription, subscribe } from '../amqp/subscriber.ts';
import { declareTopology, queuesOf } from '../amqp/topology.ts';
import type { Consumer } from './consumer.ts';
import { createDeadLetter } from './dead-letters.ts';
import { createConsumerStore, systemTime } from './postgres-store.ts';
import { type ConsumerObserver, createProcessor, type Processor } from './process-delivery.ts';
import { takeMessage } from './take-message.ts';

/** What the consumers need. */
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
};

/** Running consumers. `problems()`: why one of them does not get messages; empty when all do. */
export type RunningConsumers = {
  readonly problems: () => string[];
  readonly stop: (drainMs?: number) => Promise<void>;
};

/** Starts at once and waits for the broker to come. */
export function runConsumers(settings: ConsumersSettings): RunningConsumers {
  const { log, consumers, prefix } = settings;
  const observer = settings.observer ?? {};
  const problems = new Map<string, string>(consumers.map(({ name }) => [name, 'not connected to the broker yet']));
  const working = new Set<Promise<void>>();
  const subscriptions = new Map<string, Subscription>();
  const stopping = new AbortController();
  /** Ends with the connection: what waits for its next attempt comes back by itself. */
  let session = new AbortController();
  let sender: QueueSender | undefined;
  const processors = new Map<string, Processor>(
    consumers.map((consumer) => [
      consumer.name,
      createProcessor(
        {
          store: createConsumerStore(settings.pool, settings.systemPool),
          time: systemTime,
          observer,
          deadLetter: createDeadLetter(prefix, () => sender),
          handlerTimeoutMs: settings.handlerTimeoutMs ?? 30_000,
          retryBaseMs: settings.retryBaseMs ?? 200,
          patienceMs: settings.patienceMs ?? 15 * 60_000,
        },
        consumer,
      ),
    ]),
  );

  const take = async (consumer: Consumer, message: ConsumeMessage, settle: Settle, signal: AbortSignal) => {
    const processor = processors.get(consumer.name);
    const onUnreadable = (reason: string): void => {
      log.error({ consumer: consumer.name, reason }, 'a message was dead-lettered');
      observer.dead?.(consumer.name, undefined, reason);
    };
    if (processor) await takeMessage(processor, message, settle, { signal, onUnreadable });
  };

  const track = (work: Promise<void>): void => {
    const tracked = work
      .catch((error: unknown) => log.error({ err: error }, 'a delivery could not be processed'))
      .finally(() => {
        working.delete(tracked);
      });
    working.add(tracked);
  };

  const keepSubscribed = async (model: ChannelModel, consumer: Consumer, signal: AbortSignal): Promise<void> => {
    for (let losses = 0; !signal.aborted && !stopping.signal.aborted; losses += 1) {
      if (losses > 0) {
        await pause(Math.min(5_000, 100 * 2 ** losses) * (0.75 + Math.random() / 2), signal);
        if (signal.aborted) return;
      }
      const lost = new AbortController();
      const ends = AbortSignal.any([signal, lost.signal, stopping.signal]);
      try {
        // Again with its queue: it may have been deleted.
        const [drift] = await declareTopology(model, { ...settings, rows: [consumer] });
        if (drift) throw drift;
        const subscription = await subscribe(model, {
          queue: queuesOf(prefix, consumer).queue,
          prefetch: consumer.prefetch,
          onMessage: (message, settle) => track(take(consumer, message, settle, ends)),
          onLost: (reason) => {
            problems.set(consumer.name, reason);
            lost.abort();
          },
        });
        subscriptions.set(consumer.name, subscription);
        problems.delete(consumer.name);
        await aborted(ends);
      } catch (error) {
        problems.set(consumer.name, error instanceof Error ? error.message : 'can not be subscribed');
        log.error({ consumer: consumer.name, problem: problems.get(consumer.name) }, 'a consumer gets no messages');
      }
    }
  };

  const connection = createConnection({
    url: settings.amqpUrl,
    name: settings.name,
    onLost: (reason) => {
      log.warn({ reason }, 'the broker was lost');
      for (const { name } of consumers) problems.set(name, `the broker can not be reached: ${reason}`);
      sender = undefined;
      session.abort();
    },
    onOpen: async (model) => {
      session = new AbortController();
      const { signal } = session;
      sender = await createQueueSender(model, { onLost: (reason) => connection.abandon(reason) });
      for (const consumer of consumers)
        keepSubscribed(model, consumer, signal).catch((error: unknown) =>
          log.error({ err: error }, 'subscribing ended'),
        );
      log.info('the broker is connected');
    },
  });

  const sweeping = (async () => {
    while (!stopping.signal.aborted) {
      await pause(settings.sweepEveryMs ?? 2_000, stopping.signal);
      for (const processor of processors.values())
        await processor
          .sweep(stopping.signal)
          .catch((error: unknown) => log.warn({ err: error }, 'parked events could not be looked at'));
    }
  })();

  return {
    problems: () => [...problems].map(([name, reason]) => `${name}: ${reason}`),
    stop: async (drainMs = 8_000) => {
      await Promise.all([...subscriptions.values()].map((subscription) => subscription.cancel()));
      stopping.abort();
      await Promise.race([Promise.all([...working]), pause(drainMs)]);
      await Promise.race([sweeping, pause(1_000)]);
      await Promise.all([...subscriptions.values()].map((subscription) => subscription.close()));
      await connection.close();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
