// Copies of an event that waits for its next attempt cost none: it is tried when it is due, however often it comes, and whatever the broker takes.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { queuesOf, retryQueueOf } from '../../workers/amqp/topology.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import { createConsumerStore, systemTime } from '../../workers/consumers/postgres-store.ts';
import { createProcessor } from '../../workers/consumers/process-delivery.ts';
import { type ConsumerWorld, consumerWorld } from '../support/consumer-world.ts';
import { delivery } from '../support/deliver.ts';
import { effectConsumer, testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';

let world: ConsumerWorld;
before(async () => {
  world = await consumerWorld('consumer_copies');
});
afterEach(() => world.stopAll());
after(() => world.close());

const attemptsOf = async (row: ConsumerRow): Promise<number[]> => {
  const { rows } = await world.systemPool.query<{ attempts: number }>(
    'select attempts from consumer_failures where consumer_name = $1 and dead_at is null',
    [row.name],
  );
  return rows.map(({ attempts }) => attempts);
};
const slow = { retryDelaysMs: [600_000], maxAttempts: 3 };

describe('an event whose next attempt is not due', () => {
  for (const row of [
    testRow('copied', { types: ['message.#'] }, slow),
    testRow('copied_ordered', { aggregates: ['message'] }, slow),
  ])
    test(`${row.name}: is not tried again, whatever comes`, async () => {
      let tries = 0;
      let settled = 0;
      const settles = (): void => {
        settled += 1;
      };
      const failing = effectConsumer(row, ({ data }) => {
        if (data['poison'] !== true) return;
        tries += 1;
        throw new Error('no');
      });
      await world.start([failing], { observer: { putOff: settles, effect: settles } });
      const poison = delivery(randomUUID(), 1, { data: { poison: true } });
      await world.sender.send([poison]);
      await eventually(() => settled === 1);
      for (let copy = 2; copy <= 5; copy += 1) {
        await world.sender.send([poison]);
        await eventually(() => settled === copy);
      }
      assert.equal(tries, 1);
      assert.deepEqual(await attemptsOf(row), [1]);
      const isOrdered = 'aggregates' in row.on;
      assert.equal(await world.count('parked_events where consumer_name = $1', [row.name]), isOrdered ? 1 : 0);
      // None was dropped: any of them might have been the only one.
      const { queue } = queuesOf(world.stack.amqpPrefix, row);
      if (!isOrdered)
        assert.equal((await world.sender.channel.checkQueue(retryQueueOf(queue, 600_000))).messageCount, 5);
    });

  test('two copies that fail at the same time are one attempt', async () => {
    const row = testRow('at_once', { types: ['message.#'] }, slow);
    let tries = 0;
    let settled = 0;
    const putOff = (): void => {
      settled += 1;
    };
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const failing = effectConsumer(row, async () => {
      tries += 1;
      await gate;
      throw new Error('no');
    });
    await world.start([failing], { observer: { putOff } });
    const poison = delivery(randomUUID(), 1);
    await world.sender.send([poison, poison]);
    await eventually(() => tries === 1);
    open();
    await eventually(() => settled === 2);
    assert.deepEqual(await attemptsOf(row), [1]);
  });
});

describe('a failure that the broker does not take', () => {
  for (const [what, maxAttempts] of [
    ['the event that is to be retried', 3],
    ['the dead letter', 1],
  ] as const)
    test(`${what} is held, and is one attempt`, async () => {
      const row = testRow(`held_${maxAttempts}`, { types: ['message.#'] }, { maxAttempts, retryDelaysMs: [1] });
      let tries = 0;
      let refused = 0;
      let taken = 0;
      const broker = async (): Promise<void> => {
        if (refused >= 5) taken += 1;
        else {
          refused += 1;
          throw new Error('blocked');
        }
      };
      const processor = createProcessor(
        {
          store: createConsumerStore(world.pool, world.systemPool),
          time: systemTime,
          deadLetter: broker,
          retryLater: broker,
          observer: {},
          handlerTimeoutMs: 9_000,
          retryBaseMs: 1,
          patienceMs: 60_000,
        },
        effectConsumer(row, () => {
          tries += 1;
          throw new Error('no');
        }),
      );
      const { signal } = new AbortController();
      assert.equal(await processor.process(delivery(randomUUID(), 1), signal), maxAttempts === 1 ? 'dead' : 'ack');
      assert.deepEqual({ tries, refused, taken }, { tries: 1, refused: 5, taken: 1 });
    });
});
