// Starts the sagas of stored messages in the background, a few at a time. What it can't start is in the table, and the sweeper starts it.
import type { Bell } from '../db/bell.ts';
import { type InboundStart, startInboundSaga } from '../intake/start-inbound-saga.ts';
import type { Logger } from '../platform/log.ts';
import type { TemporalClient } from '../platform/temporal.ts';
import type { ApiMetrics } from './api-metrics.ts';

/** Takes starts and never fails. `drain` waits for those under way and leaves the rest to the sweeper. */
export type SagaStarts = { add(start: InboundStart): void; drain(): Promise<void> };

/** What it needs; `rawEventsBell` is rung when another event of the same message was there first, for the dispatcher to settle this one. */
export type SagaStartsOptions = {
  readonly temporal: TemporalClient;
  readonly taskQueue: string;
  readonly rawEventsBell: Bell;
  /** Told now and then of the stored events whose sagas were started. */
  readonly onStarted: (rawEventIds: readonly string[]) => Promise<void>;
  readonly measures: ApiMetrics;
  readonly log: Logger;
};

const atOnce = 16;
const mostWaiting = 2_000;
const deadlineMs = 3_000;
const noteEveryMs = 500;

/** Makes the starter. */
export function createSagaStarts(options: SagaStartsOptions): SagaStarts {
  const { temporal, measures, log } = options;
  const waiting: InboundStart[] = [];
  const running = new Set<Promise<void>>();
  const started: string[] = [];
  let noting: NodeJS.Timeout | undefined;

  async function run(start: InboundStart): Promise<void> {
    try {
      const { isNew } = await temporal.within(deadlineMs, () =>
        startInboundSaga(temporal.client, options.taskQueue, start),
      );
      measures.sagaStarts.inc({ outcome: isNew ? 'started' : 'already_started' });
      if (isNew) noteStarted(start.rawEventId);
      else options.rawEventsBell.ring();
    } catch (error) {
      measures.sagaStarts.inc({ outcome: 'failed' });
      log.warn({ err: error, rawEventId: start.rawEventId }, 'saga not started; the sweeper will');
    }
  }

  // One statement for many: it only spares the sweep some work, so it may come late or not at all.
  function noteStarted(id: string): void {
    started.push(id);
    noting ??= setTimeout(() => {
      noting = undefined;
      options
        .onStarted(started.splice(0))
        .catch((error: unknown) => log.warn({ err: error }, 'started sagas not noted'));
    }, noteEveryMs);
  }

  function next(): void {
    while (running.size < atOnce) {
      const start = waiting.shift();
      if (start === undefined) return;
      const work = run(start).finally(() => {
        running.delete(work);
        next();
      });
      running.add(work);
    }
  }

  return {
    add(start) {
      if (waiting.length >= mostWaiting) {
        measures.sagaStarts.inc({ outcome: 'left_to_sweeper' });
        return;
      }
      waiting.push(start);
      // After the answer: the gateway must not wait for Temporal.
      setImmediate(next);
    },
    async drain() {
      waiting.length = 0;
      await Promise.all(running);
      clearTimeout(noting);
    },
  };
}
