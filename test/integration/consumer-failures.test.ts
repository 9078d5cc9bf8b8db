// What fails is in nobody's way: it holds no place while it waits, what hangs is ended, and attempts are counted exactly, whatever else happens.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/transaction.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import { queuesOf, retryQueueOf } from '../../workers/amqp/topology.ts';
import type { ConsumerRow, DeliveredEvent } from '../../workers/consumers/consumer.ts';
import { type ConsumerWorld, consumerWorld } from '../support/consumer-world.ts';
import { delivery } from '../support/deliver.ts';
import { effectConsumer, effectsOf, inversions, testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';

let world: ConsumerWorld;
before(async () => {
  world = await consumerWorld('consumer_failures');
});
afterEach(() => world.stopAll());
after(() => world.close());

const unordered = (name: string, more: Partial<ConsumerRow> = {}) => testRow(name, { types: ['message.#'] }, more);
const ordered = (name: string, more: Partial<ConsumerRow> = {}) => testRow(name, { aggregates: ['message'] }, more);
const effects = (row: ConsumerRow) => effectsOf(world.systemPool, row.name);
const attemptsOf = async (row: ConsumerRow, eventId: string): Promise<number | undefined> => {
  const { rows } = await world.systemPool.query<{ attempts: number }>(
    'select attempts from consumer_failures where consumer_name = $1 and event_id = $2',
    [row.name, eventId],
  );
  return rows[0]?.attempts;
};

/** A handler's promise that the test ends. */
function hangs(): {
  readonly begin: () => Promise<void>;
  readonly hanging: () => number;
  readonly release: () => void;
} {
  const waiting: (() => void)[] = [];
  return {
    begin: () => new Promise((resolve) => waiting.push(resolve)),
    hanging: () => waiting.length,
    release: () => {
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

describe('failing events', () => {
  test('more of them than there are places do not hold up the others: they wait in the retry queue', async () => {
    const row = unordered('starved', { prefetch: 2, concurrency: 2, retryDelaysMs: [600_000] });
    await world.start([
      effectConsumer(row, ({ data }) => {
        if (data['poison'] === true) throw new Error('no');
      }),
    ]);
    const poison = Array.from({ length: 6 }, () => delivery(randomUUID(), 1, { data: { poison: true } }));
    await world.sender.send([...poison, ...Array.from({ length: 20 }, () => delivery(randomUUID(), 1))]);
    await eventually(async () => (await effects(row)).length === 20);
    const { queue } = queuesOf(world.stack.amqpPrefix, row);
    const waiting = await world.sender.channel.checkQueue(retryQueueOf(queue, 600_000));
    assert.equal(waiting.messageCount, 6);
    for (const { event } of poison) assert.equal(await attemptsOf(row, event.id), 1);
  });

  test('what is tried again comes to its own consumer only, and takes effect there', async () => {
    const [failing, other] = [unordered('retried'), unordered('not_concerned')];
    let tries = 0;
    const seen: string[] = [];
    const consumers = [
      effectConsumer(failing, () => {
        tries += 1;
        if (tries < 3) throw new Error('not yet');
      }),
      effectConsumer(other),
    ];
    await world.start(consumers, { observer: { effect: (name, effect) => void seen.push(`${name}: ${effect}`) } });
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(async () => (await effects(failing)).length === 1);
    assert.equal(tries, 3);
    // Nobody sees it again, not even as a duplicate: what is sent now comes last.
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(() => seen.length >= 4);
    assert.deepEqual(seen.sort(), ['not_concerned: done', 'not_concerned: done', 'retried: done', 'retried: done']);
    assert.equal(await world.count('consumer_failures where consumer_name = $1', [failing.name]), 0);
  });

  for (const row of [unordered('restarted', { maxAttempts: 2 }), ordered('restarted_ordered', { maxAttempts: 2 })]) {
    test(`${row.name}: attempts are counted on by the next process`, async () => {
      let tries = 0;
      const failing = effectConsumer(row, () => {
        tries += 1;
        throw new Error('no');
      });
      const first = await world.start([{ ...failing, retryDelaysMs: [400] }]);
      const poison = delivery(randomUUID(), 1);
      await world.sender.send([poison]);
      await eventually(async () => (await attemptsOf(row, poison.event.id)) === 1);
      await world.stop(first);
      await world.start([{ ...failing, retryDelaysMs: [400] }]);
      const letters = await eventually(async () => {
        const found = await world.deadLetters(row);
        return found.length > 0 && found;
      });
      assert.deepEqual(
        letters.map(({ eventId, attempts }) => ({ eventId, attempts })),
        [{ eventId: poison.event.id, attempts: 2 }],
      );
      assert.equal(tries, 2);
    });
  }

  for (const row of [unordered('crowd', { prefetch: 20 }), ordered('crowd_ordered', { prefetch: 20 })]) {
    test(`${row.name}: among many, those that throw and those that hang hold up only themselves`, async () => {
      const tries = new Map<string, number>();
      const { begin, hanging, release } = hangs();
      await world.start(
        [
          effectConsumer(row, async ({ id, data }) => {
            if (data['bad'] === 'hangs' && !tries.has(id)) {
              tries.set(id, 1);
              await begin();
            }
            if (data['bad'] !== 'throws') return;
            tries.set(id, (tries.get(id) ?? 0) + 1);
            throw new Error('no');
          }),
        ],
        // Nothing that hangs is ended before the test says so.
        { handlerTimeoutMs: 9_000, slowAfterMs: 50, slowLaneSize: 8 },
      );
      const throwing = Array.from({ length: 10 }, () => delivery(randomUUID(), 2, { data: { bad: 'throws' } }));
      const stuck = Array.from({ length: 6 }, () => delivery(randomUUID(), 2, { data: { bad: 'hangs' } }));
      const bad = [...throwing, ...stuck];
      const well: string[] = Array.from({ length: 60 }, () => randomUUID());
      await world.sender.send([
        ...bad.map(({ event }) => delivery(event.aggregateId, 1)),
        ...well.map((id) => delivery(id, 1)),
        ...bad,
        ...bad.map(({ event }) => delivery(event.aggregateId, 3)),
        ...well.flatMap((id) => [delivery(id, 2), delivery(id, 3)]),
      ]);
      const others = async (): Promise<number> =>
        (await effects(row)).filter(({ aggregate_id }) => well.includes(aggregate_id)).length;
      await eventually(async () => (await others()) === 180, { timeoutMs: 8_000 });
      assert.equal(hanging(), stuck.length, 'what hangs still hangs');
      await eventually(
        async () =>
          (await world.count('consumer_failures where consumer_name = $1 and dead_at is not null', [row.name])) ===
          throwing.length,
      );
      release();
      const letters = await world.deadLetters(row);
      assert.deepEqual(letters.map(({ eventId }) => eventId).sort(), throwing.map(({ event }) => event.id).sort());
      for (const { event } of throwing) assert.equal(tries.get(event.id), 3);
      const isOrdered = 'aggregates' in row.on;
      // Of the aggregates that are ill, what comes before (and, where order is no matter, after).
      const total = 180 + bad.length + stuck.length * 2 + (isOrdered ? 0 : throwing.length);
      await eventually(async () => (await effects(row)).length === total);
      if (isOrdered) assert.equal(inversions(await effects(row)), 0);
      assert.equal(
        await world.count('parked_events where consumer_name = $1', [row.name]),
        isOrdered ? throwing.length : 0,
      );
    });
  }

  test('a handler that hangs leaves nothing behind: rolled back, its connection as good as new, its late writes refused', async () => {
    const row = unordered('ended', { maxAttempts: 1, concurrency: 1 });
    const { begin, hanging, release } = hangs();
    const late: PromiseSettledResult<unknown>[] = [];
    const write = (tx: Tx, event: DeliveredEvent) =>
      tx.query("insert into test_effects values (default, 'ended', $1, $2, 0, 't')", [event.id, event.aggregateId]);
    await world.start(
      [
        {
          ...row,
          handle: async (event, tx) => {
            await write(tx, event);
            if (event.data['hangs'] !== true) return;
            const { db } = tx;
            await begin();
            late.push(...(await Promise.allSettled([write(tx, event), db.execute(sql`select pg_backend_pid()`)])));
          },
        },
      ],
      { handlerTimeoutMs: 100 },
    );
    const poison = delivery(randomUUID(), 1, { data: { hangs: true } });
    const well = delivery(randomUUID(), 1);
    await world.sender.send([poison, well]);
    await eventually(async () => (await world.deadLetters(row)).length === 1);
    await eventually(async () => (await effects(row)).length === 1);
    assert.equal(hanging(), 1);
    release();
    await eventually(() => late.length === 2);
    assert.deepEqual(
      late.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.deepEqual(
      (await effects(row)).map(({ event_id }) => event_id),
      [well.event.id],
    );
    await eventually(() => world.pool.totalCount === world.pool.idleCount);
  });

  test('a stop waits only so long: what hangs is cut short, costs no attempt, and is done by the next process', async () => {
    const row = unordered('cut_short', { maxAttempts: 1 });
    const { begin, hanging, release } = hangs();
    const first = await world.start([effectConsumer(row, begin)]);
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(() => hanging() === 1);
    const startedAt = performance.now();
    await world.stop(first, 50);
    assert.ok(performance.now() - startedAt < 7_000, 'the stop took as long as the handler may');
    assert.equal(world.pool.totalCount, world.pool.idleCount);
    release();
    await world.start([effectConsumer(row)]);
    await eventually(async () => (await effects(row)).length === 1);
    assert.equal(await world.count('consumer_failures where consumer_name = $1', [row.name]), 0);
  });

  for (const row of [unordered('lonely', { prefetch: 6 }), ordered('lonely_ordered', { prefetch: 6 })]) {
    test(`${row.name}: one that alone finds its dependency away makes room by others, and no attempt is counted`, async () => {
      let away = true;
      let putOff = 0;
      await world.start(
        [
          effectConsumer(row, ({ data }) => {
            if (data['needs'] === true && away) throw new DomainError('unavailable', 'away');
          }),
        ],
        {
          observer: {
            putOff: () => {
              putOff += 1;
            },
          },
        },
      );
      const needing = Array.from({ length: 4 }, () => delivery(randomUUID(), 1, { data: { needs: true } }));
      for (const one of needing) await world.sender.send([one, delivery(randomUUID(), 1), delivery(randomUUID(), 1)]);
      await eventually(async () => (await effects(row)).length === 8);
      await eventually(() => putOff >= needing.length);
      for (const { event } of needing) assert.equal(await attemptsOf(row, event.id), 0);
      away = false;
      await eventually(async () => (await effects(row)).length === 12);
      assert.equal(await world.count('consumer_failures where consumer_name = $1', [row.name]), 0);
    });
  }

  test('a consumer that says so is more patient than the others: an outage costs it no attempt', async () => {
    const row = unordered('patient', { patienceMs: 3_600_000, maxAttempts: 1 });
    let away = true;
    let putOff = 0;
    const seen = (): void => {
      putOff += 1;
    };
    const needing = effectConsumer(row, () => {
      if (away) throw new DomainError('unavailable', 'away');
    });
    await world.start([needing], { patienceMs: 1, retryBaseMs: 1, observer: { putOff: seen } });
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(() => putOff >= 3);
    away = false;
    await eventually(async () => (await effects(row)).length === 1);
    assert.deepEqual(await world.deadLetters(row), []);
  });

  test('what finds its dependency away for longer than the patience counts as failed', async () => {
    const row = unordered('impatient');
    await world.start(
      [
        effectConsumer(row, () => {
          throw new DomainError('unavailable', 'away');
        }),
      ],
      { patienceMs: 30 },
    );
    await world.sender.send([delivery(randomUUID(), 1)]);
    await eventually(async () => (await world.deadLetters(row)).length === 1);
  });
});
