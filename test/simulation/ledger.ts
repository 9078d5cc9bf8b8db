// The ledger of a simulated backbone: what was committed has taken effect in every consumer, once, in order, without a gap, and nothing else has.
import assert from 'node:assert/strict';
import type { Backbone } from './backbone.ts';

/** Throws with the first invariant that does not hold. `isDone`: what `live` answered. */
export function assertLedger(
  { scheduler, outbox, tables, broker, consumers, errors, overtaken, unpaused, wasCalm }: Backbone,
  isDone: boolean,
): void {
  const committed = outbox.rows.filter((row) => row.committed).map(({ event }) => event);
  const byAggregate = new Map<string, number[]>();
  for (const { aggregateId, sequence } of committed)
    byAggregate.set(aggregateId, [...(byAggregate.get(aggregateId) ?? []), sequence]);
  for (const [aggregateId, sequences] of byAggregate)
    assert.deepEqual(sequences, upTo(sequences.length), `gap: ${aggregateId} in the log`);

  const arrived = broker.arrivals.map(({ eventId }) => eventId);
  if (wasCalm) assert.equal(arrived.length, new Set(arrived).size, 'doubled delivery: though nothing happened');
  assert.deepEqual(overtaken, [], 'overtaken: behind an event that was given up');

  assert.deepEqual(unpaused, [], 'paused: and went on');

  const expected = new Set(committed.map(({ eventId }) => eventId));
  for (const { name } of consumers) {
    const effects = tables.effects.filter(({ consumer }) => consumer === name);
    const seen = new Set<string>();
    for (const { eventId } of effects) {
      assert.ok(expected.has(eventId), `unexpected: ${eventId} in ${name} was never committed`);
      assert.ok(!seen.has(eventId), `doubled: ${eventId} in ${name}`);
      seen.add(eventId);
    }
    for (const { eventId } of committed) assert.ok(seen.has(eventId), `lost: ${eventId} in ${name}`);
    if (name === 'ordered')
      for (const aggregateId of byAggregate.keys()) {
        const order = effects.filter((effect) => effect.aggregateId === aggregateId).map(({ sequence }) => sequence);
        assert.deepEqual(order, upTo(order.length), `inversion: ${aggregateId} in ${name}`);
      }
  }
  assert.deepEqual(errors, [], 'error');
  assert.ok(!scheduler.isSpinning(), 'hung: a loop let nobody else have a turn');
  assert.ok(isDone, 'rest: something never came to an end');
  assert.deepEqual([tables.parked(), broker.unsettled(), broker.dead()], [0, 0, []], 'rest');
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
