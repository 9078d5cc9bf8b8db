// Where a new ordered consumer begins in aggregates that are older than it is, and what becomes of the queue of an earlier version.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { queuesOf } from '../../workers/amqp/topology.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import type { Effect } from '../../workers/consumers/take-effect.ts';
import { type ConsumerWorld, consumerWorld } from '../support/consumer-world.ts';
import { delivery } from '../support/deliver.ts';
import { effectConsumer, effectsOf, testRow, writeEvents } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { management } from '../support/rabbit.ts';

let world: ConsumerWorld;
before(async () => {
  world = await consumerWorld('consumer_beginnings');
});
afterEach(() => world.stopAll());
after(() => world.close());

const sequencesOf = async (row: ConsumerRow, aggregateId: string): Promise<number[]> =>
  (await effectsOf(world.systemPool, row.name))
    .filter(({ aggregate_id }) => aggregate_id === aggregateId)
    .map(({ sequence }) => sequence);
/** Into the log only, as what was published before the consumer's queue was there. */
const happened = (aggregateId: string, sequences: readonly number[]) =>
  writeEvents(
    world.systemPool,
    't',
    sequences.map((sequence) => ({ aggregateId, sequence })),
  );
const arrive = (aggregateId: string, sequences: readonly number[]) =>
  world.sender.send(sequences.map((sequence) => delivery(aggregateId, sequence)));

describe('the beginning of an ordered consumer', () => {
  for (const batch of [undefined, { max: 10, waitMs: 0 }])
    test(`from now${batch ? ', in batches' : ''}: what was drawn before is history, whatever comes first; what is new it has from the first event`, async () => {
      const row = testRow(`from_now${batch ? '_batch' : ''}`, { aggregates: ['message'] }, batch ? { batch } : {});
      const [old, older, fresh] = [randomUUID(), randomUUID(), randomUUID()];
      await happened(old, [1, 2, 3]);
      await happened(older, [1, 2]);
      const first = await world.start([effectConsumer(row)]);
      await happened(old, [4, 5, 6]);
      await happened(fresh, [1, 2]);
      // Out of order, with a copy of what is history.
      await arrive(old, [6, 5]);
      await eventually(async () => (await world.count('parked_events where consumer_name = $1', [row.name])) === 2);
      await arrive(old, [3, 4]);
      await arrive(fresh, [1, 2]);
      await eventually(async () => (await sequencesOf(row, old)).length === 3);
      await eventually(async () => (await sequencesOf(row, fresh)).length === 2);
      assert.deepEqual(await sequencesOf(row, old), [4, 5, 6]);
      assert.deepEqual(await sequencesOf(row, fresh), [1, 2]);
      assert.equal(await world.count('parked_events where consumer_name = $1', [row.name]), 0);
      // Begun is begun: for the next process the rest is no history.
      await world.stop(first);
      await happened(older, [3]);
      await world.start([effectConsumer(row)]);
      await happened(older, [4]);
      await arrive(older, [4, 3]);
      await eventually(async () => (await sequencesOf(row, older)).length === 2);
      assert.deepEqual(await sequencesOf(row, older), [3, 4]);
    });

  test('from now, where the history is no longer in the log: it begins with what is left', async () => {
    const row = testRow('retention', { aggregates: ['message'] });
    await happened(randomUUID(), [1]);
    await world.start([effectConsumer(row)]);
    const id = randomUUID();
    await happened(id, [8, 9]);
    await arrive(id, [9, 8]);
    await eventually(async () => (await sequencesOf(row, id)).length === 2);
    assert.deepEqual(await sequencesOf(row, id), [8, 9]);
  });

  test('from the first, where the log begins later: nothing waits for what is gone', async () => {
    const row = testRow('from_first_gone', { aggregates: ['message'] }, { startsAt: 'first' });
    const id = randomUUID();
    await happened(id, [8, 9]);
    await world.start([effectConsumer(row)]);
    await arrive(id, [9, 8]);
    await eventually(async () => (await sequencesOf(row, id)).length === 2);
    assert.deepEqual(await sequencesOf(row, id), [8, 9]);
  });

  test('from the first: what it was not sent it waits for', async () => {
    const row = testRow('from_first', { aggregates: ['message'] }, { startsAt: 'first' });
    const id = randomUUID();
    await happened(id, [1, 2]);
    await world.start([effectConsumer(row)]);
    await happened(id, [3]);
    await arrive(id, [3]);
    await eventually(async () => (await world.count('parked_events where consumer_name = $1', [row.name])) === 1);
    await arrive(id, [1, 2]);
    await eventually(async () => (await sequencesOf(row, id)).length === 3);
    assert.deepEqual(await sequencesOf(row, id), [1, 2, 3]);
  });
});

describe('a new version of a queue', () => {
  test('what the old queue holds takes effect too; it gets nothing new, and may be deleted at any time', async () => {
    const old = testRow('versioned', { types: ['message.#'] });
    const row = { ...old, queueVersion: 3 };
    await world.stop(await world.start([effectConsumer(old)]));
    const left = Array.from({ length: 5 }, () => delivery(randomUUID(), 1));
    await world.sender.send(left);
    const { queue } = queuesOf(world.stack.amqpPrefix, old);
    assert.equal((await world.sender.channel.checkQueue(queue)).messageCount, 5);

    const seen: Effect[] = [];
    const observer = { effect: (_: string, effect: Effect) => void seen.push(effect) };
    const consumers = await world.start([effectConsumer(row)], { observer });
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 5);
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 6);
    // With its bindings the old queue would have brought it twice.
    await eventually(async () => (await world.sender.channel.checkQueue(queue)).messageCount === 0);
    assert.deepEqual(
      seen,
      Array.from({ length: 6 }, () => 'done'),
    );

    await management(world.stack.amqpManagementUrl, 'DELETE', `queues/%2F/${queue}`);
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 7);
    assert.deepEqual(consumers.problems(), []);
  });
});
