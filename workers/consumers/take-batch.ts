// Many deliveries of one tenant in one transaction: one claim for all, one effect after the other or all at once. Throws: nothing of it is left.

import type { Tx } from '../../db/transaction.ts';
import { type Consumer, isOrdered } from './consumer.ts';
import type { Delivery } from './parse-delivery.ts';
import type { BatchStore } from './ports.ts';
import type { Attempt, AttemptDeps } from './take-effect.ts';
import { within } from './time-limit.ts';

type BatchDeps = AttemptDeps & { readonly batchStore: BatchStore };

/** Tries all at once; the answers in the order of the deliveries. */
export function takeBatch(deps: BatchDeps, consumer: Consumer, deliveries: readonly Delivery[]): Promise<Attempt[]> {
  const tenantId = deliveries[0]?.event.tenantId ?? '';
  return deps.store.inTenant(tenantId, (tx) =>
    isOrdered(consumer)
      ? inSequence(deps, tx, consumer, deliveries)
      : applyAll(deps, tx, consumer, deliveries).then((effects) => effects.map((effect) => ({ effect, more: false }))),
  );
}

/** Claims and applies in the order given. */
async function applyAll(
  { batchStore, time, handlerTimeoutMs, cut }: BatchDeps,
  tx: Tx,
  consumer: Consumer,
  deliveries: readonly Delivery[],
): Promise<Attempt['effect'][]> {
  const startedAt = time.now();
  const ids = new Set(deliveries.filter(({ skip }) => !skip).map(({ event }) => event.id));
  const claimed = await batchStore.claimEvents(tx, consumer.name, [...ids]);
  const unused = new Set(claimed);
  // A copy in the same batch finds its claim used.
  const effects = deliveries.map(({ event, skip }) =>
    skip ? 'skipped' : unused.delete(event.id) ? 'done' : 'duplicate',
  );
  const events = deliveries.flatMap(({ event }, index) => (effects[index] === 'done' ? [event] : []));
  if (events.length === 0) return effects;
  await within({ time, ms: handlerTimeoutMs, cut }, tx, async (limited, signal) => {
    if (consumer.handleAll) await consumer.handleAll(events, limited, signal);
    else for (const event of events) await consumer.handle(event, limited, signal);
  });
  await batchStore.noteDurations(tx, consumer.name, claimed, (time.now() - startedAt) / events.length);
  return effects;
}

/** Each aggregate's events in its sequence, as far as there is no gap; the rest is parked. */
async function inSequence(
  deps: BatchDeps,
  tx: Tx,
  consumer: Consumer,
  deliveries: readonly Delivery[],
): Promise<Attempt[]> {
  const { store, batchStore } = deps;
  const aggregates = new Map<string, number>();
  for (const { event } of deliveries)
    aggregates.set(event.aggregateId, Math.min(event.sequence, aggregates.get(event.aggregateId) ?? event.sequence));
  const positions = await batchStore.lockPositions(tx, consumer.name, aggregates, deps.beginning?.() ?? 0);
  const attempts = new Map<Delivery, Attempt>();
  const next: Delivery[] = [];
  for (const delivery of [...deliveries].sort((one, other) => one.event.sequence - other.event.sequence)) {
    const { id: eventId, aggregateId, sequence } = delivery.event;
    const position = positions.get(aggregateId) ?? 0;
    if (sequence <= position) attempts.set(delivery, { effect: 'duplicate', more: false });
    else if (sequence === position + 1) {
      positions.set(aggregateId, sequence);
      next.push(delivery);
    } else {
      const parked = { aggregateId, sequence, eventId, skip: delivery.skip, envelope: delivery.event };
      await store.parkEvent(tx, consumer.name, parked);
      attempts.set(delivery, { effect: 'parked', more: false });
    }
  }
  const effects = await applyAll(deps, tx, consumer, next);
  const moved = new Map(next.map(({ event }) => [event.aggregateId, positions.get(event.aggregateId) ?? 0]));
  const more = await batchStore.movePositions(tx, consumer.name, moved);
  next.forEach((delivery, index) => {
    const { aggregateId, sequence } = delivery.event;
    const isLast = moved.get(aggregateId) === sequence;
    attempts.set(delivery, { effect: effects[index] ?? 'done', more: isLast && more.has(aggregateId) });
  });
  return deliveries.flatMap((delivery) => attempts.get(delivery) ?? []);
}
