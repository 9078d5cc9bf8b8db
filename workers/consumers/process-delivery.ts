// From a delivery to its settlement: it takes effect, waits elsewhere for its next attempt, or is given up. No more than `concurrency` attempts run at once.
import { createBatcher } from './batcher.ts';
import { type Consumer, isOrdered } from './consumer.ts';
import { inItsVersions } from './in-its-versions.ts';
import { createLimiter, createSlowLane, type SlowLane } from './limiter.ts';
import type { ConsumerObserver } from './observer.ts';
import type { Delivery } from './parse-delivery.ts';
import type { ConsumerPorts } from './ports.ts';
import { createSettleFailure, type FailureFate, type Unsettled } from './settle-failure.ts';
import { takeBatch } from './take-batch.ts';
import { type Attempt, type Place, takeEffect, takeNextParked } from './take-effect.ts';

/** What is to be done with the message: it took effect or waits elsewhere, it is in the dead letters, or somebody else shall have it. */
export type Settlement = 'ack' | 'dead' | 'give-back';

/** What a processor needs. */
export type ProcessorDeps = ConsumerPorts & {
  readonly observer: ConsumerObserver;
  readonly handlerTimeoutMs: number;
  /** First wait of an event that is held because database or Temporal are away; four times as long each time, up to 10 s. */
  readonly retryBaseMs: number;
  /** So long a failure that is not the event's own costs no attempt. */
  readonly patienceMs: number;
  /** Up to this position of the log all is history to an ordered consumer; 0 or nothing: it has the whole. */
  readonly beginning?: () => number;
  /** Ends running handlers, when the process can't wait for them any longer. */
  readonly cut?: AbortSignal;
  /** Where attempts go on that take longer than `slowAfterMs`, so that those that hang starve nobody. */
  readonly slowLane?: SlowLane;
  readonly slowAfterMs?: number;
};

/** One consumer's processor. */
export type Processor = {
  /** Never throws. Once `signal` aborts no further attempt begins, and the message is given back. */
  readonly process: (delivery: Delivery, signal: AbortSignal) => Promise<Settlement>;
  /** Goes on with aggregates whose next event is parked and due, where nobody else did. Calls may overlap. */
  readonly sweep: (signal: AbortSignal) => Promise<void>;
};

type Turn = { readonly attempt: Attempt | undefined; readonly tookMs: number } | FailureFate | 'give-back';

const maxWaitMs = 10_000;

/** Makes a consumer's processor. */
export function createProcessor(deps: ProcessorDeps, row: Consumer): Processor {
  const consumer = inItsVersions(row);
  const { store, time, observer, cut } = deps;
  const { slowLane = createSlowLane(0), slowAfterMs = 1_000 } = deps;
  const inTurn = createLimiter(consumer.concurrency, { lane: slowLane, afterMs: slowAfterMs, after: time.after });
  const keyOf = (place: Place): string | undefined => (isOrdered(consumer) ? place.aggregateId : undefined);
  const failures = createSettleFailure(deps, consumer);
  const draining = new Set<string>();
  let effects = 0;

  /** One attempt in its turn. Its failure is settled before the turn ends, so that no other attempt at the same event comes between. */
  const turn = (
    {
      place,
      tries,
      startedAt,
      mayPutOff,
    }: { place: Place; tries: number; startedAt: number; mayPutOff: () => boolean },
    attempt: (onTaken: (delivery: Delivery) => void) => Promise<Attempt | undefined>,
    signal: AbortSignal,
  ): Promise<Turn> =>
    inTurn(keyOf(place), async () => {
      if (signal.aborted) return 'give-back';
      let taken: Delivery | undefined;
      const begunAt = time.now();
      try {
        const done = await attempt((delivery) => {
          taken = delivery;
        });
        if (taken && done?.effect === 'waiting') return failures.putOff(taken, done.dueInMs ?? 0);
        return { attempt: done, tookMs: time.now() - begunAt };
      } catch (error) {
        if (cut?.aborted) return 'give-back';
        return taken ? await failures.settle(error, taken, { tries, startedAt, othersGoOn: mayPutOff() }) : 'hold';
      }
    });

  const settleAgain = (place: Place, { again }: Unsettled, signal: AbortSignal): Promise<Turn> =>
    inTurn(keyOf(place), async () => (signal.aborted ? 'give-back' : again()));

  const tookEffect = (delivery: Delivery, { effect }: Attempt, tookMs: number): void => {
    effects += 1;
    observer.effect?.(consumer.name, effect, delivery, tookMs);
  };

  const drainParked = async (place: Place, signal: AbortSignal): Promise<void> => {
    for (;;) {
      let delivery: Delivery | undefined;
      const circumstances = { place, tries: Number.POSITIVE_INFINITY, startedAt: time.now(), mayPutOff: () => true };
      const result = await turn(
        circumstances,
        (onTaken) =>
          takeNextParked(deps, consumer, place, (taken) => {
            delivery = taken;
            onTaken(taken);
          }),
        signal,
      );
      // What failed is put off or given up; what could not even be settled is swept up later.
      if (typeof result === 'string' || 'again' in result || !result.attempt) return;
      if (delivery) tookEffect(delivery, result.attempt, result.tookMs);
      if (!result.attempt.more) return;
    }
  };

  const { batchStore } = deps;
  const batcher =
    consumer.batch &&
    batchStore &&
    createBatcher({ ...consumer.batch, time, inTurn, keyOf: ({ event }) => keyOf(event) }, (all) =>
      takeBatch({ ...deps, batchStore }, consumer, all),
    );

  const finish = async (
    delivery: Delivery,
    { attempt, tookMs }: { readonly attempt: Attempt; readonly tookMs: number },
    signal: AbortSignal,
  ): Promise<Settlement> => {
    tookEffect(delivery, attempt, tookMs);
    if (attempt.more) await drainParked(delivery.event, signal);
    return 'ack';
  };
  const processAlone = async (delivery: Delivery, signal: AbortSignal): Promise<Settlement> => {
    const { event } = delivery;
    let isRedriven = delivery.redriven === true;
    const effectsBefore = effects;
    const startedAt = time.now();
    let unsettled: Unsettled | undefined;
    for (let tries = 1; ; tries += 1) {
      const circumstances = { place: event, tries, startedAt, mayPutOff: () => effects > effectsBefore };
      const result = unsettled
        ? await settleAgain(event, unsettled, signal)
        : await turn(
            circumstances,
            async (onTaken) => {
              onTaken(delivery);
              if (isRedriven)
                await store.inTenant(event.tenantId, (tx) => store.forgetFailure(tx, consumer.name, event.id));
              isRedriven = false;
              return takeEffect(deps, consumer, delivery);
            },
            signal,
          );
      if (result === 'later') return 'ack';
      if (result === 'dead' || result === 'give-back') return result;
      if (result !== 'hold' && !('again' in result)) {
        const { attempt, tookMs } = result;
        return attempt ? finish(delivery, { attempt, tookMs }, signal) : 'ack';
      }
      unsettled = result === 'hold' ? undefined : result;
      await time.pause(waitMs(deps.retryBaseMs, tries, time.random()), signal);
      if (signal.aborted) return 'give-back';
    }
  };

  return {
    process: async (delivery, signal) => {
      // One that has failed before would spoil the batch for others.
      if (!batcher || delivery.redriven || delivery.retried) return processAlone(delivery, signal);
      const done = await batcher.take(delivery, signal);
      try {
        if (done === 'give-back') return done;
        return await (done === 'alone' ? processAlone(delivery, signal) : finish(delivery, done, signal));
      } finally {
        batcher.release(delivery);
      }
    },
    sweep: async (signal) => {
      if (!isOrdered(consumer)) return;
      const ready = await store.readyAggregates(consumer.name);
      const drains = ready
        .filter(({ aggregateId }) => !draining.has(aggregateId))
        .map((place) => {
          draining.add(place.aggregateId);
          return drainParked(place, signal).finally(() => draining.delete(place.aggregateId));
        });
      await Promise.all(drains);
    },
  };
}

/** base, 4 × base, 16 × base…, ± 25 %, at most 10 s. */
function waitMs(base: number, tries: number, random: number): number {
  return Math.min(maxWaitMs, base * 4 ** (tries - 1)) * (0.75 + random / 2);
}
