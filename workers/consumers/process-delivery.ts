// From a delivery to its settlement: attempts with backoff, counted in the database, until it took effect or is given up.
import { errorCodeOf } from '../../domain/kernel/errors.ts';
import { safeError } from '../../platform/safe-error.ts';
import { type Consumer, isOrdered } from './consumer.ts';
import { createLimiter } from './limiter.ts';
import type { Delivery } from './parse-delivery.ts';
import type { ConsumerPorts } from './ports.ts';
import { type Attempt, type Effect, type Place, takeEffect, takeNextParked } from './take-effect.ts';

/** What is to be done with the message: it took effect, it is in the dead letters, or somebody else shall have it. */
export type Settlement = 'ack' | 'dead' | 'give-back';

/** Hears what happens; every call may be a no-op. */
export type ConsumerObserver = {
  readonly effect?: (consumer: string, effect: Effect, delivery: Delivery, tookMs: number) => void;
  readonly failedAttempt?: (consumer: string, delivery: Delivery, reason: string, attempts: number) => void;
  readonly waiting?: (consumer: string, delivery: Delivery, reason: string) => void;
  readonly dead?: (consumer: string, delivery: Delivery | undefined, reason: string) => void;
};

/** What a processor needs. */
export type ProcessorDeps = ConsumerPorts & {
  readonly observer: ConsumerObserver;
  readonly handlerTimeoutMs: number;
  readonly retryBaseMs: number;
  /** So long a failure that is not the event's own (database or Temporal away) costs no attempt. */
  readonly patienceMs: number;
};

/** One consumer's processor. */
export type Processor = {
  /** Never throws. `signal` ends the waits between attempts: then the message is given back. */
  readonly process: (delivery: Delivery, signal: AbortSignal) => Promise<Settlement>;
  /** Goes on with aggregates whose next event is parked, where nobody else did. */
  readonly sweep: (signal: AbortSignal) => Promise<void>;
};

const transientCodes = new Set(['unavailable', 'version_conflict']);
const maxWaitMs = 10_000;

/** Makes a consumer's processor. */
export function createProcessor(deps: ProcessorDeps, consumer: Consumer): Processor {
  const { store, time, observer } = deps;
  const inTurn = createLimiter(consumer.concurrency);
  const keyOf = (place: Place): string | undefined => (isOrdered(consumer) ? place.aggregateId : undefined);

  /** Attempts until it works (the attempt's answer), is given up, or `signal` aborts. `current` says which event a failure is of. */
  const persist = async (
    attempt: () => Promise<Attempt | undefined>,
    current: () => Delivery | undefined,
    signal: AbortSignal,
  ): Promise<Attempt | undefined | 'dead' | 'give-back'> => {
    const startedAt = time.now();
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        const delivery = current();
        const reason = describe(error);
        let attempts = 0;
        const isOwnFault = !isTransient(error) || time.now() - startedAt > deps.patienceMs;
        if (delivery && isOwnFault) {
          const fate = await countAndBury(delivery, reason);
          if (fate === 'dead') return 'dead';
          attempts = fate;
        } else if (delivery) observer.waiting?.(consumer.name, delivery, reason);
        await time.pause(waitMs(deps.retryBaseMs, attempts > 0 ? attempts : tries, time.random()), signal);
        if (signal.aborted) return 'give-back';
      }
    }
  };

  /** How many attempts have failed, or that it is given up: by us or by whoever tried it at the same time. */
  const countAndBury = async (delivery: Delivery, reason: string): Promise<number | 'dead'> => {
    const { tenantId, id } = delivery.event;
    try {
      const attempts = await store.inTenant(tenantId, (tx) =>
        store.countFailure(tx, failureOf(consumer, delivery, reason)),
      );
      if (attempts === undefined) return 'dead';
      observer.failedAttempt?.(consumer.name, delivery, reason, attempts);
      if (attempts < consumer.maxAttempts) return attempts;
      const state = await store.inTenant(tenantId, async (tx) => {
        // The same order of locks as in an attempt: first the aggregate's place.
        if (isOrdered(consumer)) await store.lockPosition(tx, consumer.name, delivery.event.aggregateId);
        const before = await store.lockFailure(tx, consumer.name, id);
        if (before !== 'failing') return before;
        // Published while the count is locked: whoever failed at the same time waits, and finds it given up.
        await deps.deadLetter(consumer, delivery, reason, attempts);
        await store.markDead(tx, consumer.name, id);
        if (isOrdered(consumer)) await store.removeParked(tx, consumer.name, id);
        return 'buried' as const;
      });
      if (state === 'buried') observer.dead?.(consumer.name, delivery, reason);
      return state === 'gone' ? attempts : 'dead';
    } catch {
      return 0;
    }
  };

  const drainParked = async (place: Place, signal: AbortSignal): Promise<void> => {
    for (;;) {
      let taken: Delivery | undefined;
      let tookMs = 0;
      const result = await persist(
        () =>
          inTurn(keyOf(place), async () => {
            taken = undefined;
            const startedAt = time.now();
            const done = await takeNextParked(deps, consumer, place, (delivery) => {
              taken = delivery;
            });
            tookMs = time.now() - startedAt;
            return done;
          }),
        () => taken,
        signal,
      );
      if (result === undefined || result === 'dead' || result === 'give-back') return;
      if (taken) observer.effect?.(consumer.name, result.effect, taken, tookMs);
      if (!result.more) return;
    }
  };

  return {
    process: async (delivery, signal) => {
      const { event } = delivery;
      let tookMs = 0;
      let isRedriven = delivery.redriven === true;
      const result = await persist(
        () =>
          inTurn(keyOf(event), async () => {
            if (isRedriven)
              await store.inTenant(event.tenantId, (tx) => store.forgetFailure(tx, consumer.name, event.id));
            isRedriven = false;
            const startedAt = time.now();
            const done = await takeEffect(deps, consumer, delivery);
            tookMs = time.now() - startedAt;
            return done;
          }),
        () => delivery,
        signal,
      );
      if (result === 'dead' || result === 'give-back') return result;
      if (result === undefined) return 'ack';
      observer.effect?.(consumer.name, result.effect, delivery, tookMs);
      if (result.more) await drainParked(event, signal);
      return 'ack';
    },
    sweep: async (signal) => {
      if (!isOrdered(consumer)) return;
      const ready = await store.readyAggregates(consumer.name);
      await Promise.all(ready.map((place) => drainParked(place, signal)));
    },
  };
}

function failureOf(consumer: Consumer, { event }: Delivery, reason: string) {
  return { consumer: consumer.name, eventId: event.id, type: event.type, aggregateId: event.aggregateId, reason };
}

const isTransient = (error: unknown): boolean => transientCodes.has(errorCodeOf(error) ?? '');

function describe(error: unknown): string {
  const { code, message } = safeError(error);
  return code && code !== 'internal' ? `${code}: ${message}` : message;
}

/** base, 4 × base, 16 × base…, ± 25 %, at most 10 s. */
function waitMs(base: number, tries: number, random: number): number {
  return Math.min(maxWaitMs, base * 4 ** (tries - 1)) * (0.75 + random / 2);
}
