// A consumer process of the simulated world: the product's processing of messages on simulated ports, subscribed again after every loss.
import { queuesOf } from '../../workers/amqp/topology.ts';
import type { Consumer } from '../../workers/consumers/consumer.ts';
import { createDeadLetter } from '../../workers/consumers/dead-letters.ts';
import type { BatchStore, ConsumerStore } from '../../workers/consumers/ports.ts';
import { createProcessor } from '../../workers/consumers/process-delivery.ts';
import { createRetryLater } from '../../workers/consumers/retry-later.ts';
import { takeMessage } from '../../workers/consumers/take-message.ts';
import type { Broker } from './broker.ts';
import type { Owner, Scheduler } from './scheduler.ts';

/** What a consumer process of this world needs. */
export type ConsumerProcess = {
  readonly scheduler: Scheduler;
  readonly owner: Owner;
  readonly store: ConsumerStore & BatchStore;
  readonly broker: Broker;
  readonly consumers: readonly Consumer[];
  readonly onError: (error: unknown) => void;
  readonly takeMessage?: typeof takeMessage;
};

const sweepEveryMs = 2_000;

/** Starts it. */
export function startConsumers({
  scheduler,
  owner,
  store,
  broker,
  consumers,
  onError,
  ...builds
}: ConsumerProcess): void {
  const { now, random, after } = scheduler;
  const time = {
    now,
    random,
    pause: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal.aborted) return resolve();
        const cancel = after(owner, ms, resolve);
        signal.addEventListener('abort', () => {
          cancel();
          resolve();
        });
      }),
    after: (ms: number, then: () => void) => after(owner, ms, then),
  };
  for (const consumer of consumers) {
    const processor = createProcessor(
      {
        store,
        batchStore: store,
        time,
        deadLetter: createDeadLetter('', () => broker.sender(owner)),
        retryLater: createRetryLater('', () => broker.sender(owner)),
        observer: {},
        handlerTimeoutMs: 9_000,
        retryBaseMs: 200,
        patienceMs: 15 * 60_000,
      },
      consumer,
    );
    const subscribe = (): void => {
      const session = new AbortController();
      const { signal } = session;
      broker.subscribe(owner, queuesOf('', consumer).queue, {
        prefetch: consumer.prefetch,
        onMessage: (message, settle) => {
          (builds.takeMessage ?? takeMessage)(processor, message, settle, {
            signal,
            onUnreadable: (reason) => onError(new Error(reason)),
          }).catch(onError);
        },
        onLost: () => {
          session.abort();
          after(owner, 100, subscribe);
        },
      });
    };
    const sweep = (): void => {
      processor
        .sweep(new AbortController().signal)
        .catch(() => {})
        .finally(() => after(owner, sweepEveryMs, sweep));
    };
    subscribe();
    after(owner, sweepEveryMs, sweep);
  }
}
