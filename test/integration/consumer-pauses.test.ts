// A consumer that an operator pauses takes nothing: not from its queue, not what is parked; and goes on where it was when it is resumed.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { consumerControlsChannel, pauseConsumer, pausedConsumers, resumeConsumer } from '../../db/consumer-controls.ts';
import { createListener } from '../../db/listener.ts';
import { lockPosition, parkEvent } from '../../db/parked-events.ts';
import { inSystem, inTenant } from '../../db/transaction.ts';
import { queuesOf } from '../../workers/amqp/topology.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import { type ConsumerWorld, consumerWorld } from '../support/consumer-world.ts';
import { delivery } from '../support/deliver.ts';
import { effectConsumer, effectsOf, testRow, writeEvents } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';

let world: ConsumerWorld;
before(async () => {
  world = await consumerWorld('consumer_pauses');
});
afterEach(() => world.stopAll());
after(() => world.close());

const quick = { pausesEveryMs: 50 };
const effects = (row: ConsumerRow) => effectsOf(world.systemPool, row.name);
const queueOf = (row: ConsumerRow) => world.sender.channel.checkQueue(queuesOf(world.stack.amqpPrefix, row).queue);
const pause = (row: ConsumerRow) => inSystem(world.systemPool, (tx) => pauseConsumer(tx, row.name, 'to look at it'));
const resume = (row: ConsumerRow) => inSystem(world.systemPool, (tx) => resumeConsumer(tx, row.name));

describe('pausing', () => {
  test('an ordered consumer that was rebuilt while it was paused has the whole log before it', async () => {
    const row = testRow('rebuilt_in_pause', { aggregates: ['message'] });
    const aggregateId = randomUUID();
    const past = [1, 2, 3].map((sequence) => ({ aggregateId, sequence }));
    await writeEvents(world.systemPool, 't', past);
    await pause(row);
    const consumers = await world.start([effectConsumer(row)], quick);
    const begins = (position: string) =>
      world.count(`consumer_starts where consumer_name = $1 and log_position ${position}`, [row.name]);
    await eventually(async () => consumers.paused().includes(row.name) && (await begins('> 0')) === 1);
    await world.systemPool.query('update consumer_starts set log_position = 0 where consumer_name = $1', [row.name]);
    await resume(row);
    await eventually(async () => (await queueOf(row)).consumerCount === 1);
    await world.sender.send([delivery(aggregateId, 4)]);
    await eventually(async () => (await world.count('parked_events where consumer_name = $1', [row.name])) === 1);
    assert.equal((await effects(row)).length, 0);
  });

  test('what runs is finished, what waits goes back to the queue, others go on; resumed, all takes effect once', async () => {
    const row = testRow('paused', { types: ['message.#'] }, { concurrency: 1, prefetch: 10 });
    const other = testRow('goes_on', { types: ['message.#'] });
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let begun = 0;
    const consumers = await world.start(
      [
        effectConsumer(row, () => {
          begun += 1;
          return gate;
        }),
        effectConsumer(other),
      ],
      quick,
    );
    await world.sender.send(Array.from({ length: 5 }, () => delivery(randomUUID(), 1)));
    await eventually(() => begun === 1);
    assert.equal(await pause(row), true);
    await eventually(() => consumers.paused().includes(row.name));
    open();
    await eventually(async () => (await queueOf(row)).consumerCount === 0);
    await eventually(async () => (await queueOf(row)).messageCount === 4);
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(async () => (await effects(other)).length === 6);
    assert.equal((await effects(row)).length, 1);
    assert.equal(begun, 1);
    // It is as it should be: nothing that an alarm should ring for.
    assert.deepEqual(
      { problems: consumers.problems(), paused: consumers.paused() },
      { problems: [], paused: [row.name] },
    );
    assert.equal(await resume(row), true);
    await eventually(async () => (await effects(row)).length === 6);
    assert.deepEqual(consumers.paused(), []);
    assert.equal(begun, 6);
  });

  test('parked events wait as well', async () => {
    const row = testRow('parked_paused', { aggregates: ['message'] });
    await pause(row);
    const consumers = await world.start([effectConsumer(row)], quick);
    await eventually(() => consumers.paused().length === 1);
    const { event } = delivery(randomUUID(), 1);
    await inTenant(world.pool, 't', async (tx) => {
      await lockPosition(tx, row.name, event.aggregateId);
      await parkEvent(tx, row.name, { ...event, eventId: event.id, skip: false, envelope: event });
    });
    // A consumer that is not paused shows how soon it would have been swept up.
    const witness = testRow('witness', { aggregates: ['message'] });
    await inTenant(world.pool, 't', async (tx) => {
      await lockPosition(tx, witness.name, event.aggregateId);
      await parkEvent(tx, witness.name, { ...event, eventId: event.id, skip: false, envelope: event });
    });
    await world.start([effectConsumer(witness)], quick);
    await eventually(async () => (await effects(witness)).length === 1);
    assert.equal((await effects(row)).length, 0);
    await resume(row);
    await eventually(async () => (await effects(row)).length === 1);
  });

  test('one that is paused is not even subscribed by a process that starts; a hint tells at once, without waiting for the next look', async () => {
    const row = testRow('from_the_start', { types: ['message.#'] });
    await pause(row);
    const consumers = await world.start([effectConsumer(row)], { pausesEveryMs: 600_000 });
    const listener = createListener({
      url: world.stack.systemUrl,
      name: 'pauses-test',
      channels: [consumerControlsChannel],
      onRing: consumers.lookAtPauses,
    });
    try {
      await eventually(() => consumers.paused().length === 1 && listener.hears());
      await resume(row);
      await eventually(async () => (await queueOf(row)).consumerCount === 1);
      await pause(row);
      await eventually(async () => (await queueOf(row)).consumerCount === 0);
    } finally {
      await listener.close();
    }
  });

  test('pausing twice keeps the first moment and note; resuming what runs changes nothing', async () => {
    const row = testRow('twice', { types: ['message.#'] });
    assert.equal(await resume(row), false);
    assert.equal(await pause(row), true);
    const find = async () => (await inSystem(world.systemPool, pausedConsumers)).find(({ name }) => name === row.name);
    const first = await find();
    assert.equal(first?.note, 'to look at it');
    assert.equal(await inSystem(world.systemPool, (tx) => pauseConsumer(tx, row.name, 'again')), false);
    assert.deepEqual(await find(), first);
    assert.equal(await resume(row), true);
    assert.equal(await find(), undefined);
  });
});
