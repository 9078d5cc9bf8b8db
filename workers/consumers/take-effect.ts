// One attempt to let an event take effect: claim and effect in one transaction, inside the event's tenant; ordered consumers in the aggregate's sequence.
import type { Tx } from '../../db/transaction.ts';
import { type Consumer, type DeliveredEvent, isOrdered } from './consumer.ts';
import type { Delivery } from './parse-delivery.ts';
import type { ConsumerPorts } from './ports.ts';
import { within } from './time-limit.ts';

/**
 * What came of an attempt. `parked`: came before its predecessor or its next attempt, and waits in the database. `skipped`: discarded, only its place
 * counts. `waiting`: it failed before, and its next attempt is not due yet; nothing was tried.
 */
export type Effect = 'done' | 'duplicate' | 'parked' | 'skipped' | 'waiting';

/** `more`: the next event of the aggregate is parked and can go on now. `dueInMs`: when one that waits may be tried. */
export type Attempt = { readonly effect: Effect; readonly more: boolean; readonly dueInMs?: number };

/** Nothing was tried: the event has used up its attempts before, but whoever counted the last one could not give it up. */
export class AttemptsUsedUp extends Error {
  override name = 'AttemptsUsedUp';
  readonly attempts: number;
  constructor({ attempts, reason }: { readonly attempts: number; readonly reason: string }) {
    super(reason);
    this.attempts = attempts;
  }
}

/** What an attempt needs. */
export type AttemptDeps = Pick<ConsumerPorts, 'store' | 'time'> & {
  readonly handlerTimeoutMs: number;
  readonly beginning?: () => number;
  readonly cut?: AbortSignal;
};

/** Tries once. Throws what the handler threw; then nothing of it is left. */
export function takeEffect(deps: AttemptDeps, consumer: Consumer, delivery: Delivery): Promise<Attempt> {
  const { event } = delivery;
  const { store } = deps;
  return store.inTenant(event.tenantId, async (tx) => {
    if (!isOrdered(consumer)) {
      return { ...(await apply(deps, tx, consumer, delivery)), more: false };
    }
    const { aggregateId, sequence, id: eventId } = event;
    const firstSeen = { sequence, beginning: deps.beginning?.() ?? 0 };
    const position = await store.lockPosition(tx, consumer.name, aggregateId, firstSeen);
    if (sequence <= position) return { effect: 'duplicate', more: false };
    const isNext = sequence === position + 1;
    const { effect } = isNext ? await apply(deps, tx, consumer, delivery) : { effect: 'waiting' as const };
    if (effect === 'waiting') {
      const parked = { aggregateId, sequence, eventId, skip: delivery.skip, envelope: event };
      await store.parkEvent(tx, consumer.name, parked);
      return { effect: 'parked', more: false };
    }
    return { effect, more: await store.movePosition(tx, consumer.name, aggregateId, sequence) };
  });
}

/** An aggregate, with its tenant. */
export type Place = { readonly tenantId: string; readonly aggregateId: string };

/** Lets the next parked event of an aggregate take effect; undefined: there is none that could go on. `onTaken` learns which one it is, before anything can fail. */
export function takeNextParked(
  deps: AttemptDeps,
  consumer: Consumer,
  place: Place,
  onTaken: (delivery: Delivery) => void,
): Promise<Attempt | undefined> {
  const { store } = deps;
  return store.inTenant(place.tenantId, async (tx) => {
    const position = await store.lockPosition(tx, consumer.name, place.aggregateId);
    const parked = await store.takeParked(tx, consumer.name, place.aggregateId, position + 1);
    if (!parked) return undefined;
    const delivery = { event: parked.envelope as DeliveredEvent, skip: parked.skip };
    onTaken(delivery);
    const { effect } = await apply(deps, tx, consumer, delivery);
    // Somebody else tried it since: the sweep finds it again when it is due.
    if (effect === 'waiting') return store.parkEvent(tx, consumer.name, parked).then(() => undefined);
    return { effect, more: await store.movePosition(tx, consumer.name, place.aggregateId, position + 1) };
  });
}

async function apply(
  { store, time, handlerTimeoutMs, cut }: AttemptDeps,
  tx: Tx,
  consumer: Consumer,
  { event, skip }: Delivery,
): Promise<Omit<Attempt, 'more'>> {
  const startedAt = time.now();
  if (skip) {
    await store.forgetFailure(tx, consumer.name, event.id);
    return { effect: 'skipped' };
  }
  const { claimed, dueInMs, failed } = await store.claimEvent(tx, consumer.name, event.id);
  if (claimed && failed && failed.attempts >= consumer.maxAttempts) throw new AttemptsUsedUp(failed);
  if (!claimed) return dueInMs > 0 ? { effect: 'waiting', dueInMs } : { effect: 'duplicate' };
  await within({ time, ms: handlerTimeoutMs, cut }, tx, (limited, signal) => consumer.handle(event, limited, signal));
  await store.noteDuration(tx, consumer.name, event.id, time.now() - startedAt);
  return { effect: 'done' };
}
