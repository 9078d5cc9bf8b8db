// An event that is given up leaves exactly one dead letter, whoever tried it at the same time, and none again until it is redriven.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { lockPosition, parkEvent } from '../../db/parked-events.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Consumer, ConsumerRow } from '../../workers/consumers/consumer.ts';
import type { Delivery } from '../../workers/consumers/parse-delivery.ts';
import type { ConsumerStore } from '../../workers/consumers/ports.ts';
import { createConsumerStore, systemTime } from '../../workers/consumers/postgres-store.ts';
import { createProcessor, type Processor } from '../../workers/consumers/process-delivery.ts';
import { delivery } from '../support/deliver.ts';
import { testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { type TestStack, testStack } from '../support/stack.ts';

let stack: TestStack;
let pool: Pool;
let systemPool: Pool;
/** Sees what other roles wait for. */
let adminPool: Pool;
before(async () => {
  stack = await testStack('consumer_burial');
  pool = createPool({ url: stack.databaseUrl, size: 8, name: 'burial' });
  systemPool = createPool({ url: stack.systemUrl, size: 2, name: 'burial-system' });
  adminPool = createPool({ url: stack.adminUrl, size: 1, name: 'burial-admin' });
});
after(async () => {
  await Promise.all([pool.end(), systemPool.end(), adminPool.end()]);
  await stack.close();
});

const { signal } = new AbortController();

/** One process's processor of a consumer; `deadLetter` is the broker, which delivers at once what is to be retried. */
function processorOf(
  consumer: Consumer,
  deadLetter: (dead: Delivery) => Promise<void>,
  store: ConsumerStore = createConsumerStore(pool, systemPool),
): Processor {
  const retried: Delivery[] = [];
  const processor = createProcessor(
    {
      store,
      time: systemTime,
      deadLetter: (_, dead) => deadLetter(dead),
      retryLater: async (_, { event, skip }) => {
        retried.push({ event, skip, retried: true });
      },
      observer: {},
      handlerTimeoutMs: 10_000,
      retryBaseMs: 1,
      patienceMs: 60_000,
    },
    consumer,
  );
  return {
    ...processor,
    process: async (delivery, until) => {
      let settlement = await processor.process(delivery, until);
      for (let next = retried.pop(); next; next = retried.pop()) settlement = await processor.process(next, until);
      return settlement;
    },
  };
}

/** A consumer that digests nothing; `handled` is told of each attempt. */
const poisoned = (row: ConsumerRow, handled: () => void): Consumer => ({
  ...row,
  handle: async () => {
    handled();
    throw new Error('no');
  },
});

/** As if a process had died after it parked the event. */
async function park(row: ConsumerRow, { event }: Delivery): Promise<void> {
  const { id: eventId, aggregateId, sequence } = event;
  await inTenant(pool, event.tenantId, async (tx) => {
    await lockPosition(tx, row.name, aggregateId);
    await parkEvent(tx, row.name, { aggregateId, sequence, eventId, skip: false, envelope: event });
  });
}

async function waitsForALock(): Promise<boolean> {
  const { rows } = await adminPool.query<{ waits: boolean }>(
    "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits",
  );
  return rows[0]?.waits === true;
}

describe('giving up an event', () => {
  for (const [name, row] of [
    ['delivered to two processes', testRow('twice_delivered', { types: ['message.#'] }, { maxAttempts: 1 })],
    ['parked and swept by two processes', testRow('twice_swept', { aggregates: ['message'] }, { maxAttempts: 1 })],
  ] as const) {
    test(`one that is ${name} at once leaves one dead letter`, async () => {
      const letters: string[] = [];
      let open = (): void => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const consumer = poisoned(row, () => {});
      const processors = [0, 1].map(() =>
        processorOf(consumer, async ({ event }) => {
          letters.push(event.id);
          await gate;
        }),
      );
      const poison = delivery(randomUUID(), 1);
      if (row.name === 'twice_swept') await park(row, poison);
      const work = processors.map((processor) =>
        row.name === 'twice_swept' ? processor.sweep(signal) : processor.process(poison, signal),
      );
      let ended = 0;
      for (const one of work)
        void one.finally(() => {
          ended += 1;
        });
      await eventually(() => letters.length > 0);
      // The other one gives it up too, waits for the first, or saw that somebody has it (a sweep passes over what is taken).
      await eventually(async () => letters.length > 1 || ended > 0 || (await waitsForALock()));
      open();
      await Promise.all(work);
      assert.equal(letters.length, 1);
    });
  }

  for (const [name, row] of [
    ['is parked', testRow('refused_parked', { aggregates: ['message'] }, { maxAttempts: 2, retryDelaysMs: [1] })],
    ['is delivered', testRow('refused', { types: ['message.#'] }, { maxAttempts: 2, retryDelaysMs: [1] })],
  ] as const) {
    test(`one that ${name} and whose dead letter is refused is not tried again, by other processes neither`, async () => {
      const letters: string[] = [];
      let isRefused = true;
      let refusals = 0;
      let handled = 0;
      const consumer = poisoned(row, () => {
        handled += 1;
      });
      const poison = delivery(randomUUID(), 1);
      if (name === 'is parked') await park(row, poison);
      /** A process of its own each time, which ends when the broker has refused. */
      const take = async (): Promise<void> => {
        const ends = new AbortController();
        const processor = processorOf(consumer, async ({ event }) => {
          if (isRefused) {
            refusals += 1;
            ends.abort();
            throw new Error('no queue takes it');
          }
          letters.push(event.id);
        });
        await (name === 'is parked' ? processor.sweep(ends.signal) : processor.process(poison, ends.signal));
      };
      await eventually(() => take().then(() => refusals === 4));
      isRefused = false;
      await eventually(() => take().then(() => letters.length > 0));
      const { rows } = await systemPool.query<{ attempts: number; last_error: string; dead: boolean }>(
        'select attempts, last_error, dead_at is not null as dead from consumer_failures where consumer_name = $1',
        [row.name],
      );
      assert.deepEqual([handled, letters], [2, [poison.event.id]]);
      assert.deepEqual(rows, [{ attempts: 2, last_error: 'no', dead: true }]);
    });
  }

  test('two that have counted the last attempt before either gave the event up leave one dead letter', async () => {
    const row = testRow('both_counted', { types: ['message.#'] }, { maxAttempts: 1 });
    const letters: string[] = [];
    let open = (): void => {};
    const bothCounted = new Promise<void>((resolve) => {
      open = resolve;
    });
    let waiting = 0;
    const store = createConsumerStore(pool, systemPool);
    const meeting: ConsumerStore = {
      ...store,
      lockFailure: async (tx, consumer, eventId) => {
        waiting += 1;
        if (waiting === 2) open();
        await bothCounted;
        return store.lockFailure(tx, consumer, eventId);
      },
    };
    const poison = delivery(randomUUID(), 1);
    const settlements = await Promise.all(
      [0, 1].map(() =>
        processorOf(
          poisoned(row, () => {}),
          async ({ event }) => void letters.push(event.id),
          meeting,
        ).process(poison, signal),
      ),
    );
    assert.deepEqual({ settlements, letters }, { settlements: ['dead', 'dead'], letters: [poison.event.id] });
  });

  for (const [kind, on] of [
    ['unordered', { types: ['message.#'] }],
    ['ordered', { aggregates: ['message'] }],
  ] as const) {
    test(`${kind}: a copy of a given-up event leaves no second dead letter, a redriven one has all its attempts again`, async () => {
      const row = testRow(`copies_${kind}`, on, { maxAttempts: 2 });
      const letters: Delivery[] = [];
      let attempts = 0;
      const processor = processorOf(
        poisoned(row, () => {
          attempts += 1;
        }),
        async (dead) => {
          letters.push(dead);
        },
      );
      const poison = delivery(randomUUID(), 1);
      const until = (deaths: number): Promise<unknown> =>
        eventually(async () => {
          await processor.sweep(signal);
          return letters.length === deaths;
        });
      await processor.process(poison, signal);
      await until(1);
      assert.equal(attempts, 2);
      // The relay sends again what it could not mark before it died.
      assert.equal(await processor.process(poison, signal), 'dead');
      assert.equal(letters.length, 1);
      const { rows } = await systemPool.query('select attempts from consumer_failures where event_id = $1', [
        poison.event.id,
      ]);
      assert.deepEqual(rows, [{ attempts: 2 }]);
      attempts = 0;
      await processor.process({ ...poison, redriven: true }, signal);
      await until(2);
      assert.equal(attempts, 2);
    });
  }

  test('what could not be put into the dead letters is tried on, not lost', async () => {
    let refusals = 2;
    let taken = 0;
    const row = testRow('refused', { types: ['message.#'] }, { maxAttempts: 1 });
    const processor = processorOf(
      poisoned(row, () => {}),
      async () => {
        if (refusals > 0) {
          refusals -= 1;
          throw new Error('the broker is away');
        }
        taken += 1;
      },
    );
    assert.equal(await processor.process(delivery(randomUUID(), 1), signal), 'dead');
    assert.deepEqual({ refusals, taken }, { refusals: 0, taken: 1 });
  });
});
