// Batches: many effects in one transaction, with the same promises as one by one: each once, in order where it is promised, poison hurts itself only.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Consumer, ConsumerRow, DeliveredEvent } from '../../workers/consumers/consumer.ts';
import { type ConsumerWorld, consumerWorld } from '../support/consumer-world.ts';
import { delivery } from '../support/deliver.ts';
import { effectConsumer, effectsOf, inversions, testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';

let world: ConsumerWorld;
before(async () => {
  world = await consumerWorld('consumer_batches');
});
afterEach(() => world.stopAll());
after(() => world.close());

const batch = { max: 40, waitMs: 5 };
const unordered = (name: string, more: Partial<ConsumerRow> = {}) =>
  testRow(name, { types: ['message.#'] }, { prefetch: 200, batch, ...more });
const ordered = (name: string, more: Partial<ConsumerRow> = {}) =>
  testRow(name, { aggregates: ['message'] }, { prefetch: 200, batch, ...more });

/** Writes all effects of a batch in one statement, and notes how many there were. */
function batchConsumer(
  row: ConsumerRow,
  sizes: number[],
  before: (event: DeliveredEvent) => void = () => {},
): Consumer {
  return {
    ...effectConsumer(row, before),
    handleAll: async (events, tx) => {
      sizes.push(events.length);
      for (const event of events) before(event);
      await tx.query(
        `insert into test_effects (consumer, event_id, aggregate_id, sequence, tenant_id)
         select $1, * from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::text[])`,
        [
          row.name,
          events.map(({ id }) => id),
          events.map(({ aggregateId }) => aggregateId),
          events.map(({ sequence }) => sequence),
          events.map(({ tenantId }) => tenantId),
        ],
      );
    },
  };
}

const poisonous = ({ data }: DeliveredEvent): void => {
  if (data['poison'] === true) throw new Error('no');
};

describe('batches', () => {
  for (const row of [unordered('batched'), ordered('batched_ordered')]) {
    test(`${row.name}: two processes, every event three times, mixed, of two tenants, some poisonous`, async () => {
      const sizes: number[] = [];
      const consumer = batchConsumer(row, sizes, poisonous);
      await world.start([consumer]);
      await world.start([consumer]);
      const aggregates = Array.from({ length: 30 }, () => randomUUID());
      const events = aggregates.flatMap((id, index) =>
        [1, 2, 3, 4, 5, 6, 7, 8].map((sequence) =>
          // The last event of each sixth aggregate, so that nothing waits behind it.
          delivery(id, sequence, {
            tenantId: index % 2 ? 't' : 'u',
            data: { poison: index % 6 === 0 && sequence === 8 },
          }),
        ),
      );
      const poison = events.filter(({ event }) => event.data['poison']).map(({ event }) => event.id);
      const good = events.filter(({ event }) => !event.data['poison']).map(({ event }) => event.id);
      const mixed = [...events, ...events, ...events].map((one, index) => ({ one, at: (index * 7919) % 720 }));
      mixed.sort((one, other) => one.at - other.at);
      await world.sender.send(mixed.map(({ one }) => one));
      await eventually(async () => (await effectsOf(world.systemPool, row.name)).length >= good.length);
      const dead = 'consumer_failures where consumer_name = $1 and dead_at is not null';
      await eventually(async () => (await world.count(dead, [row.name])) === poison.length);
      const made = await effectsOf(world.systemPool, row.name);
      assert.deepEqual(made.map(({ event_id }) => event_id).sort(), good.sort());
      if ('aggregates' in row.on) assert.equal(inversions(made), 0);
      const letters = await world.deadLetters(row);
      assert.deepEqual(letters.map(({ eventId }) => eventId).sort(), poison.sort());
      assert.ok(letters.every(({ attempts }) => attempts === row.maxAttempts));
      assert.equal(await world.count('processed_events where consumer_name = $1', [row.name]), good.length);
      assert.ok(
        sizes.some((size) => size > 10),
        `batches of ${sizes.join(', ')}`,
      );
      // A duplicate of a poisonous event that comes after its end is no effect and no second letter; nothing else is left over.
      await eventually(async () => (await world.count('parked_events where consumer_name = $1', [row.name])) === 0);
    });
  }

  test('ordered: a gap in a batch parks what comes after it; what was parked before goes on with the batch that fills the gap', async () => {
    const row = ordered('batched_gap', { batch: { max: 40, waitMs: 200 } });
    await world.start([effectConsumer(row)]);
    const [gappy, whole] = [randomUUID(), randomUUID()];
    await world.sender.send([delivery(gappy, 4), delivery(gappy, 2), delivery(whole, 2), delivery(whole, 1)]);
    await eventually(async () => (await world.count('parked_events where consumer_name = $1', [row.name])) === 2);
    await world.sender.send([
      delivery(gappy, 3),
      delivery(gappy, 1),
      delivery(gappy, 5, { skip: true }),
      delivery(gappy, 6),
    ]);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 7);
    const made = await effectsOf(world.systemPool, row.name);
    assert.deepEqual(
      made.filter(({ aggregate_id }) => aggregate_id === gappy).map(({ sequence }) => sequence),
      [1, 2, 3, 4, 6],
    );
    assert.equal(await world.count('parked_events where consumer_name = $1', [row.name]), 0);
  });

  test('ordered: what comes in its order parks nothing, however few the aggregates are: batches do not overtake each other', async () => {
    const sizes: number[] = [];
    const row = ordered('batched_few', { batch: { max: 20, waitMs: 0 } });
    const effects = { done: 0, parked: 0 };
    const observer = {
      effect: (_: string, effect: string) => {
        if (effect === 'done' || effect === 'parked') effects[effect] += 1;
      },
    };
    await world.start([batchConsumer(row, sizes)], { observer });
    const aggregates = Array.from({ length: 12 }, () => randomUUID());
    const events = Array.from({ length: 40 }, (_, n) => aggregates.map((id) => delivery(id, n + 1))).flat();
    await world.sender.send(events);
    await eventually(() => effects.done === events.length);
    assert.equal(inversions(await effectsOf(world.systemPool, row.name)), 0);
    assert.deepEqual(effects, { done: events.length, parked: 0 });
    assert.ok(
      sizes.some((size) => size > 10),
      `batches of ${sizes.join(', ')}`,
    );
  });

  test('two copies in one batch take effect once', async () => {
    const sizes: number[] = [];
    const row = unordered('copies', { batch: { max: 4, waitMs: 5_000 } });
    const effects: string[] = [];
    await world.start([batchConsumer(row, sizes)], { observer: { effect: (_, effect) => void effects.push(effect) } });
    const [twice, other] = [delivery(randomUUID(), 1), delivery(randomUUID(), 1)];
    await world.sender.send([twice, other, twice, other]);
    await eventually(() => effects.length === 4);
    assert.deepEqual({ effects, sizes }, { effects: ['done', 'done', 'duplicate', 'duplicate'], sizes: [2] });
    assert.equal((await effectsOf(world.systemPool, row.name)).length, 2);
  });

  test('one event alone does not wait for a batch to fill', async () => {
    const sizes: number[] = [];
    const row = unordered('alone', { batch: { max: 1_000, waitMs: 0 } });
    await world.start([batchConsumer(row, sizes)]);
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 1);
    assert.deepEqual(sizes, []);
  });
});
