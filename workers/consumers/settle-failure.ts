// What becomes of an event whose attempt failed: counted, and put off (an ordered one parked in the database, another in a retry queue) or given up.
// Once it is settled it is in nobody's way. A failure that says nothing of the event (database or Temporal away) is not counted.
import { errorCodeOf } from '../../domain/kernel/errors.ts';
import { safeError } from '../../platform/safe-error.ts';
import { type Consumer, isOrdered, retryDelaysOf } from './consumer.ts';
import type { ConsumerObserver } from './observer.ts';
import type { Delivery } from './parse-delivery.ts';
import type { ConsumerPorts } from './ports.ts';
import { AttemptsUsedUp } from './take-effect.ts';

/** `later`: it comes again by itself. `hold`: nothing could be settled, or it is worth a wait; whoever has it tries again. */
export type FailureFate = 'dead' | 'later' | 'hold' | Unsettled;

/** The attempt is counted, but the broker has not taken what follows from it: only `again` is to be tried, not the event. */
export type Unsettled = { readonly again: () => Promise<FailureFate> };

/** The circumstances: since when this delivery is tried here, and whether other events of the consumer took effect meanwhile. */
export type Circumstances = { readonly tries: number; readonly startedAt: number; readonly othersGoOn: boolean };

/** What settling needs. `patienceMs`: so long a failure that is not the event's own costs no attempt, if its consumer does not say otherwise. */
export type SettleDeps = ConsumerPorts & {
  readonly observer: ConsumerObserver;
  readonly patienceMs: number;
  readonly beginning?: () => number;
};

const transientCodes = new Set(['unavailable', 'version_conflict']);
/** So often an event is tried here before it makes room for others: those that go on without trouble, and those that nobody sees behind it. */
const holdTries = { whileOthersGoOn: 3, whileNobodyDoes: 6 };

/** A consumer's way to settle failures. Neither ever throws. */
export type SettleFailure = {
  readonly settle: (error: unknown, delivery: Delivery, circumstances: Circumstances) => Promise<FailureFate>;
  /** Of an unordered event that came though its next attempt is not due for so long. Not just dropped: it may be the only copy. */
  readonly putOff: (delivery: Delivery, dueInMs: number) => Promise<FailureFate>;
};

/** Makes it. */
export function createSettleFailure(deps: SettleDeps, consumer: Consumer): SettleFailure {
  const { store, time, observer } = deps;
  const delays = retryDelaysOf(consumer);
  const patienceMs = consumer.patienceMs ?? deps.patienceMs;

  const settle = async (
    error: unknown,
    delivery: Delivery,
    { tries, startedAt, othersGoOn }: Circumstances,
  ): Promise<FailureFate> => {
    const { event } = delivery;
    if (error instanceof AttemptsUsedUp) return untilTaken(() => bury(delivery, error.message, error.attempts));
    const reason = describe(error);
    let attempts: number | 'done' | undefined;
    const counted = !transientCodes.has(errorCodeOf(error) ?? '') || time.now() - startedAt > patienceMs;
    // While all wait for the same outage they are held here, and press on nobody. One that waits alone would keep its place from others.
    if (!counted) observer.waiting?.(consumer.name, delivery, reason);
    const enough = othersGoOn ? holdTries.whileOthersGoOn : holdTries.whileNobodyDoes;
    if (!counted && tries < enough) return 'hold';
    try {
      attempts = await store.inTenant(event.tenantId, async (tx) => {
        // The same order of locks as in an attempt: first the aggregate's place.
        const { id: eventId, type, aggregateId, sequence } = event;
        if (isOrdered(consumer)) {
          const firstSeen = { sequence, beginning: deps.beginning?.() ?? 0 };
          // It took effect after all, only the answer was lost: parked, it would stay for ever.
          if (sequence <= (await store.lockPosition(tx, consumer.name, aggregateId, firstSeen))) return 'done';
        }
        const count = { counted, delays, patienceMs };
        const failed = await store.countFailure(tx, {
          consumer: consumer.name,
          eventId,
          type,
          aggregateId,
          reason,
          ...count,
        });
        if (failed !== undefined && failed < consumer.maxAttempts && isOrdered(consumer))
          await store.parkEvent(tx, consumer.name, {
            aggregateId,
            sequence,
            eventId,
            skip: delivery.skip,
            envelope: event,
          });
        return failed;
      });
    } catch {
      return 'hold';
    }
    // The next attempt finds it done.
    if (attempts === 'done') return 'hold';
    // Somebody else gave it up: its dead letter is there.
    if (attempts === undefined) return 'dead';
    const total = attempts;
    if (counted) observer.failedAttempt?.(consumer.name, delivery, reason, total);
    if (total >= consumer.maxAttempts) return untilTaken(() => bury(delivery, reason, total));
    return putOffBy(delivery, delays[Math.min(Math.max(total, 1), delays.length) - 1] ?? 0);
  };

  const putOffBy = (delivery: Delivery, delayMs: number): Promise<FailureFate> =>
    untilTaken(async () => {
      if (!isOrdered(consumer)) await deps.retryLater(consumer, delivery, delayMs);
      observer.putOff?.(consumer.name, delivery, delayMs);
      return 'later';
    });
  const putOff = (delivery: Delivery, dueInMs: number): Promise<FailureFate> => {
    const enough = delays.filter((delayMs) => delayMs >= dueInMs);
    return putOffBy(delivery, enough.length > 0 ? Math.min(...enough) : Math.max(...delays));
  };

  async function bury(delivery: Delivery, reason: string, attempts: number): Promise<FailureFate> {
    const { tenantId, id, aggregateId } = delivery.event;
    const state = await store.inTenant(tenantId, async (tx) => {
      if (isOrdered(consumer)) await store.lockPosition(tx, consumer.name, aggregateId);
      const before = await store.lockFailure(tx, consumer.name, id);
      if (before !== 'failing') return before;
      // Published while the count is locked: whoever failed at the same time waits, and finds it given up.
      await deps.deadLetter(consumer, delivery, reason, attempts);
      await store.markDead(tx, consumer.name, id);
      if (isOrdered(consumer)) await store.removeParked(tx, consumer.name, id);
      return 'buried';
    });
    if (state === 'buried') observer.dead?.(consumer.name, delivery, reason);
    // It took effect after all, or was redriven: the next attempt will tell.
    return state === 'gone' ? 'hold' : 'dead';
  }

  return { settle, putOff };
}

/** Does it, or gives it back to be done again. */
async function untilTaken(work: () => Promise<FailureFate>): Promise<FailureFate> {
  try {
    return await work();
  } catch {
    return { again: () => untilTaken(work) };
  }
}

function describe(error: unknown): string {
  const { code, message } = safeError(error);
  return code && code !== 'internal' ? `${code}: ${message}` : message;
}
