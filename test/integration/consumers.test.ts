// The consumers' runtime on real servers: each effect once, in order where it is promised; what fails is tried, given up with a reason, and in nobody's way.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { DomainError } from '../../domain/kernel/errors.ts';
import { queuesOf } from '../../workers/amqp/topology.ts';
import type { Consumer, ConsumerRow } from '../../workers/consumers/consumer.ts';
import type { ConsumerObserver } from '../../workers/consumers/observer.ts';
import { type ConsumerWorld, consumerWorld } from '../support/consumer-world.ts';
import { delivery } from '../support/deliver.ts';
import { effectConsumer, effectsOf, inversions, testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { management } from '../support/rabbit.ts';

let world: ConsumerWorld;
before(async () => {
  world = await consumerWorld('consumers');
});
afterEach(() => world.stopAll());
after(() => world.close());

const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());
const unordered = (name: string, more: Partial<ConsumerRow> = {}) => testRow(name, { types: ['message.#'] }, more);
const ordered = (name: string, more: Partial<ConsumerRow> = {}) => testRow(name, { aggregates: ['message'] }, more);

/** The same for every run of a test, so that a failure can be repeated. */
function shuffled<T>(items: readonly T[], seed = 7): T[] {
  let state = seed;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

describe('consumers', () => {
  for (const row of [unordered('once'), ordered('once_ordered')]) {
    test(`${row.name}: every event delivered three times and shuffled takes effect once`, async () => {
      const effects = new Map<string, number>();
      const observer: ConsumerObserver = { effect: (_, effect) => effects.set(effect, (effects.get(effect) ?? 0) + 1) };
      await world.start([effectConsumer(row)], { observer });
      const events = ids(20).flatMap((aggregateId) =>
        Array.from({ length: 15 }, (_, n) => delivery(aggregateId, n + 1)),
      );
      await world.sender.send(shuffled([...events, ...events, ...events]));
      const seen = (): number => [...effects.values()].reduce((sum, n) => sum + n, 0);
      await eventually(
        async () =>
          (await effectsOf(world.systemPool, row.name)).length >= events.length && seen() >= 3 * events.length,
        { timeoutMs: 30_000 },
      );
      const made = await effectsOf(world.systemPool, row.name);
      assert.deepEqual(made.map(({ event_id }) => event_id).sort(), events.map(({ event }) => event.id).sort());
      assert.equal(await world.count('processed_events where consumer_name = $1', [row.name]), events.length);
      assert.equal(await world.count('parked_events where consumer_name = $1', [row.name]), 0);
      assert.ok((effects.get('duplicate') ?? 0) > 0, 'no duplicate was ever seen');
      if (row.name === 'once_ordered') assert.equal(inversions(made), 0);
    });
  }

  test('two processes on one queue keep the order of every aggregate', async () => {
    const row = ordered('two_processes', { prefetch: 5 });
    await world.start([effectConsumer(row)]);
    await world.start([effectConsumer(row)]);
    const aggregates = ids(10);
    for (let sequence = 1; sequence <= 30; sequence += 1)
      await world.sender.send(aggregates.map((id) => delivery(id, sequence)));
    const made = await eventually(async () => {
      const effects = await effectsOf(world.systemPool, row.name);
      return effects.length >= 300 && effects;
    });
    assert.equal(made.length, 300);
    assert.equal(inversions(made), 0);
  });

  test('a gap parks only its own aggregate, outside of the queue, and heals when the missing event comes', async () => {
    const row = ordered('parking');
    const first = await world.start([effectConsumer(row)]);
    const [gappy, whole] = [randomUUID(), randomUUID()];
    await world.sender.send([
      delivery(gappy, 1),
      delivery(gappy, 3),
      delivery(gappy, 4),
      delivery(whole, 1),
      delivery(whole, 2),
    ]);
    await eventually(async () => (await world.count('parked_events where consumer_name = $1', [row.name])) === 2);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 3);
    // What waits must not wait in the queue: with nobody subscribed it would show there.
    await world.stop(first);
    assert.equal((await world.sender.channel.checkQueue(queuesOf(world.stack.amqpPrefix, row).queue)).messageCount, 0);
    await world.start([effectConsumer(row)]);
    await world.sender.send([delivery(gappy, 2)]);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 6);
    const own = (await effectsOf(world.systemPool, row.name)).filter(({ aggregate_id }) => aggregate_id === gappy);
    assert.deepEqual(
      own.map(({ sequence }) => sequence),
      [1, 2, 3, 4],
    );
  });

  test('a skip marker moves an ordered consumer past a discarded event, also when it comes after what it held up', async () => {
    const row = ordered('skipping');
    await world.start([effectConsumer(row)]);
    const aggregateId = randomUUID();
    await world.sender.send([
      delivery(aggregateId, 1),
      delivery(aggregateId, 3),
      delivery(aggregateId, 2, { skip: true }),
      delivery(aggregateId, 4),
    ]);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 3);
    assert.deepEqual(
      (await effectsOf(world.systemPool, row.name)).map(({ sequence }) => sequence),
      [1, 3, 4],
    );
    await world.sender.send([delivery(randomUUID(), 1, { skip: true })]);
    assert.equal(await world.count('parked_events where consumer_name = $1', [row.name]), 0);
  });

  test('an event that always fails is tried exactly as often as said, then dead-lettered with its reason; others go on', async () => {
    const row = unordered('poison');
    const tries = new Map<string, number>();
    const poison = Array.from({ length: 5 }, () => delivery(randomUUID(), 1, { data: { poison: true } }));
    await world.start([
      effectConsumer(row, ({ id, data }) => {
        if (data['poison'] !== true) return;
        tries.set(id, (tries.get(id) ?? 0) + 1);
        throw new Error('can not digest this');
      }),
    ]);
    const good = Array.from({ length: 50 }, () => delivery(randomUUID(), 1));
    await world.sender.send(shuffled([...poison, ...good]));
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 50);
    await eventually(
      async () =>
        (await world.count('consumer_failures where consumer_name = $1 and dead_at is not null', [row.name])) === 5,
    );
    const letters = await world.deadLetters(row);
    assert.deepEqual(letters.map(({ eventId }) => eventId).sort(), poison.map(({ event }) => event.id).sort());
    assert.ok(letters.every(({ reason, attempts }) => reason.includes('can not digest this') && attempts === 3));
    assert.deepEqual([...tries.values()], [3, 3, 3, 3, 3]);
    assert.equal(await world.count('processed_events where consumer_name = $1', [row.name]), 50);
  });

  test('a poisonous event of an ordered consumer parks its aggregate until it is sent again', async () => {
    const row = ordered('poison_ordered');
    let healed = false;
    await world.start([
      effectConsumer(row, ({ sequence, data }) => {
        if (data['poison'] === true && !healed) throw new Error(`no ${sequence}`);
      }),
    ]);
    const [sick, well] = [randomUUID(), randomUUID()];
    // The second comes first: it is parked, and fails from there.
    const poison = delivery(sick, 2, { data: { poison: true } });
    await world.sender.send([poison, delivery(sick, 1), delivery(sick, 3), delivery(well, 1), delivery(well, 2)]);
    await eventually(
      async () =>
        (await world.count('consumer_failures where consumer_name = $1 and dead_at is not null', [row.name])) === 1,
    );
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 3);
    assert.deepEqual(
      (await world.deadLetters(row)).map(({ eventId, attempts }) => ({ eventId, attempts })),
      [{ eventId: poison.event.id, attempts: 3 }],
    );
    assert.equal(await world.count('parked_events where consumer_name = $1', [row.name]), 1);
    healed = true;
    await world.sender.send([poison]);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 5);
    const own = (await effectsOf(world.systemPool, row.name)).filter(({ aggregate_id }) => aggregate_id === sick);
    assert.deepEqual(
      own.map(({ sequence }) => sequence),
      [1, 2, 3],
    );
    assert.equal(await world.count('consumer_failures where consumer_name = $1', [row.name]), 0);
  });

  test('a dependency that is away costs no attempt', async () => {
    const row = unordered('patient');
    let away = true;
    let tries = 0;
    await world.start([
      effectConsumer(row, () => {
        tries += 1;
        if (away) throw new DomainError('unavailable', 'away');
      }),
    ]);
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(() => tries > 2);
    away = false;
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 1);
    assert.equal(await world.count('consumer_failures where consumer_name = $1', [row.name]), 0);
  });

  test('a handler that hangs is ended, and what it does later has no effect', async () => {
    const row = unordered('hanging');
    const release: (() => void)[] = [];
    await world.start([effectConsumer(row, () => new Promise((resolve) => release.push(resolve)))], {
      handlerTimeoutMs: 50,
    });
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(
      async () =>
        (await world.count('consumer_failures where consumer_name = $1 and dead_at is not null', [row.name])) === 1,
    );
    for (const resolve of release) resolve();
    assert.match((await world.deadLetters(row))[0]?.reason ?? '', /longer than 50 ms/);
    assert.equal((await effectsOf(world.systemPool, row.name)).length, 0);
  });

  test('what is not one of our events goes to the dead letters', async () => {
    const row = unordered('strict');
    await world.start([effectConsumer(row)]);
    const { queue } = queuesOf(world.stack.amqpPrefix, row);
    world.sender.channel.publish('', queue, Buffer.from('{'), { messageId: 'nonsense' });
    await world.sender.channel.waitForConfirms();
    await eventually(async () => (await world.deadLetters(row)).some(({ eventId }) => eventId === 'nonsense'));
  });

  test('a deleted queue is made again, and messages come again', async () => {
    const row = unordered('deleted');
    const consumers = await world.start([effectConsumer(row)]);
    await management(
      world.stack.amqpManagementUrl,
      'DELETE',
      `queues/%2F/${queuesOf(world.stack.amqpPrefix, row).queue}`,
    );
    await eventually(() => consumers.problems().length > 0);
    await eventually(() => consumers.problems().length === 0);
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 1);
  });

  test('a queue with other arguments is told plainly; other consumers work', async () => {
    const [drifted, fine] = [unordered('drifted'), unordered('fine')];
    const { queue } = queuesOf(world.stack.amqpPrefix, drifted);
    await world.sender.channel.assertQueue(queue, { arguments: { 'x-queue-type': 'classic' } });
    const consumers = world.launch([effectConsumer(drifted), effectConsumer(fine)]);
    await eventually(
      () =>
        consumers.problems().length === 1 &&
        /drifted.*other settings.*queueVersion/.test(consumers.problems()[0] ?? ''),
    );
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(async () => (await effectsOf(world.systemPool, fine.name)).length === 1);
  });

  test('effects see only their own tenant', async () => {
    const row = unordered('tenants');
    const seen: string[] = [];
    await world.start([
      {
        ...row,
        handle: async (event, tx) => {
          const { rows } = await tx.query<{ tenant_id: string }>('select tenant_id from tenants');
          seen.push(`${event.tenantId}:${rows.map(({ tenant_id }) => tenant_id).join()}`);
        },
      },
    ]);
    await world.sender.send([
      delivery(randomUUID(), 1, { tenantId: 't' }),
      delivery(randomUUID(), 1, { tenantId: 'u' }),
    ]);
    await eventually(() => seen.length === 2);
    assert.deepEqual(seen.sort(), ['t:t', 'u:u']);
  });

  test('stopping lets running effects finish and gives the rest back', async () => {
    const row = unordered('stopping', { prefetch: 10, concurrency: 2 });
    let begun = 0;
    const slow = (): Consumer =>
      effectConsumer(row, async () => {
        begun += 1;
        await new Promise((resolve) => setTimeout(resolve, 30));
      });
    const first = await world.start([slow()]);
    await world.sender.send(Array.from({ length: 30 }, () => delivery(randomUUID(), 1)));
    await eventually(() => begun >= 2);
    await world.stop(first);
    const done = (await effectsOf(world.systemPool, row.name)).length;
    assert.equal(done, begun);
    assert.ok(done < 30);
    await world.start([slow()]);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 30);
  });
});
