// A consumer process of the simulated world: the product's processing of messages on simulated ports, subscribed again after every loss.
import { queuesOf } from '../../workers/amqp/topology.ts';
import type { Consumer } from '../../workers/consumers/consumer.ts';
import { createDeadLetter } from '../../workers/consumers/dead-letters.ts';
import type { BatchStore, ConsumerStore } from '../../workers/consumers/ports.ts';
import { createProcessor } from '../../workers/consumers/process-delivery.ts';
import { createRetryLater } from '../../workers/consumers/retry-later.ts';
import { takeMessage } from '../../workers/consumers/take-message.ts';
import type { Broker } from './broker.ts';
import type { Pauses } from './pauses.ts';
import type { Owner, Scheduler } from './scheduler.ts';

/** What a consumer process of this world needs. */
export type ConsumerProcess = {
  readonly scheduler: Scheduler;
  readonly owner: Owner;
  readonly store: ConsumerStore & BatchStore;
  readonly broker: Broker;
  readonly consumers: readonly Consumer[];
  readonly pauses: Pick<Pauses, 'isPaused' | 'noticed' | 'follow'>;
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
  pauses,
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
  const looks: (() => void)[] = [];
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
    const working = new Set<Promise<unknown>>();
    const track = (work: Promise<unknown>): void => {
      const tracked = work.catch(onError).finally(() => working.delete(tracked));
      working.add(tracked);
    };
    const idle = async (): Promise<void> => {
      while (working.size > 0) await Promise.all(working);
    };
    let pauseNow: (() => void) | undefined;
    let sweeps = new AbortController();
    const subscribe = (): void => {
      if (pauseNow || pauses.isPaused(consumer.name)) return;
      const session = new AbortController();
      const { signal } = session;
      const over = (): void => {
        session.abort();
        pauseNow = undefined;
      };
      const { cancel, close } = broker.subscribe(owner, queuesOf('', consumer).queue, {
        prefetch: consumer.prefetch,
        onMessage: (message, settle) => {
          const onUnreadable = (reason: string): void => onError(new Error(reason));
          track((builds.takeMessage ?? takeMessage)(processor, message, settle, { signal, onUnreadable }));
        },
        onLost: () => {
          if (!signal.aborted) over();
          after(owner, 100, subscribe);
        },
      });
      // As the runner does it: nothing new, what runs is finished, what waits goes back.
      pauseNow = () => {
        over();
        cancel();
        void idle().then(close);
      };
    };
    let looked = 0;
    const look = (): void => {
      looked += 1;
      const own = looked;
      if (!pauses.isPaused(consumer.name)) {
        subscribe();
        return;
      }
      sweeps.abort();
      sweeps = new AbortController();
      pauseNow?.();
      // Not when it has gone on in between: then it is still only after the next look.
      void idle().then(() => own === looked && pauses.noticed(consumer.name, owner));
    };
    const sweep = (): void => {
      if (!pauses.isPaused(consumer.name)) track(processor.sweep(sweeps.signal).catch(() => {}));
      after(owner, sweepEveryMs, sweep);
    };
    subscribe();
    looks.push(look);
    after(owner, sweepEveryMs, sweep);
  }
  // Each process notices in its own time.
  pauses.follow(owner, () =>
    scheduler.soon(owner, () => {
      for (const look of looks) look();
    }),
  );
}
