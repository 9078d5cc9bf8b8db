// The relay's own rules, each alone, on ports that answer when the test says so: lease, window, discarded reads.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Outcome } from '../amqp/publisher.ts';
import {
  defaultRelayOptions,
  type LeaseView,
  type PendingEvent,
  type PendingRead,
  type RelayOptions,
} from './ports.ts';
import { createRelay } from './relay.ts';

const leaseMs = 4_500;
const event = (id: number, partition = 0): PendingEvent => ({
  id,
  eventId: `event-${id}`,
  aggregateId: `aggregate-${id}`,
  aggregateType: 'a',
  sequence: 1,
  type: 'a.b',
  version: 'v1',
  tenantId: 't',
  projectId: null,
  correlationId: 'c',
  createdAt: 'now',
  partition,
  retryCount: 0,
  skip: false,
  metadata: '{}',
  data: 'x'.repeat(100),
});
const view = (fences: Record<number, number>, surplus: number[] = []): LeaseView => ({
  owned: new Map(Object.entries(fences).map(([partition, fence]) => [Number(partition), fence])),
  surplus,
  processes: 1,
  nextExpiryMs: leaseMs,
});

function setUp(rows: PendingEvent[], options: Partial<RelayOptions> = {}) {
  const world = {
    now: 0,
    lease: view({ 0: 1 }),
    rows,
    published: [] as { event: PendingEvent; settle: (outcome: Outcome) => void }[],
    marked: [] as { id: number; fence: number }[],
    /** What a read waits for, once its rows are drawn. */
    reading: Promise.resolve(),
    readBegan: () => {},
    beating: Promise.resolve(),
  };
  const relay = createRelay(
    {
      leases: {
        leaseMs,
        beat: async () => {
          await world.beating;
          return world.lease;
        },
        leave: async () => {},
      },
      outbox: {
        readPending: async ({ except, limit }): Promise<PendingRead> => {
          const events = world.rows.filter(({ id }) => !except.includes(id)).slice(0, limit);
          world.readBegan();
          await world.reading;
          return { events, oldestOpen: 1, newest: 1 };
        },
        readHolding: async () => [],
        readDue: async () => [],
        readAggregate: async () => [],
        markSent: async (batch) => {
          for (const { event: one, fence } of batch) world.marked.push({ id: one.id, fence });
        },
        markFailedTry: async () => {},
      },
      publisher: {
        ready: () => true,
        publish: (one, settle) => world.published.push({ event: one, settle }),
      },
      now: () => world.now,
      random: () => 0.5,
      isBound: () => true,
      observer: {},
    },
    { ...defaultRelayOptions, ...options },
    () => {},
  );
  return { world, relay };
}

const many = (count: number): PendingEvent[] => Array.from({ length: count }, (_, index) => event(index + 1));
const ids = (published: readonly { event: PendingEvent }[]): number[] => published.map(({ event: { id } }) => id);

describe('a lease', () => {
  test('that is over lets nothing more go out, also not what was read while it was good', async () => {
    const { world, relay } = setUp(many(3));
    await relay.beat();
    await relay.read();
    relay.pump(1);
    world.now = leaseMs;
    assert.equal(relay.pump(10), false);
    assert.deepEqual(ids(world.published), [1]);
    assert.equal(await relay.read(), 0);
    await relay.beat();
    relay.pump(10);
    assert.deepEqual(ids(world.published), [1, 2, 3]);
  });

  test('counts from the moment at which the beat was asked for, not from its answer', async () => {
    const { world, relay } = setUp(many(1));
    let answer = (): void => {};
    world.beating = new Promise((resolve) => {
      answer = resolve;
    });
    const beat = relay.beat();
    world.now = leaseMs - 100;
    answer();
    await beat;
    assert.equal(relay.status().leaseValid, false);
  });

  test('taken by another and got back is a new one: what was confirmed under the old carries the old fence', async () => {
    const { world, relay } = setUp(many(1));
    await relay.beat();
    await relay.read();
    relay.pump(1);
    world.published[0]?.settle({ kind: 'confirmed' });
    world.lease = view({ 0: 3 });
    await relay.beat();
    await relay.flush();
    assert.deepEqual(world.marked, [{ id: 1, fence: 1 }]);
  });
});

describe('the window', () => {
  test('never holds more than its size in events, up to their mark, not only to their confirm', async () => {
    const { world, relay } = setUp(many(50), { window: 7 });
    await relay.beat();
    await relay.read();
    relay.pump(1_000);
    assert.equal(world.published.length, 7);
    for (const { settle } of world.published.slice(0, 5)) settle({ kind: 'confirmed' });
    relay.pump(1_000);
    assert.equal(world.published.length, 7, 'what is confirmed but not marked would be sent again after a crash');
    await relay.flush();
    relay.pump(1_000);
    assert.equal(world.published.length, 12);
    assert.equal(relay.status().inWindow, 7);
  });

  test('never holds more than its bytes, but always one event', async () => {
    const { world, relay } = setUp(many(50), { windowBytes: 250 });
    await relay.beat();
    await relay.read();
    relay.pump(1_000);
    assert.equal(world.published.length, 3, 'the third begins below the limit');
    const small = setUp(many(2), { windowBytes: 1 });
    await small.relay.beat();
    await small.relay.read();
    small.relay.pump(1_000);
    assert.equal(small.world.published.length, 1);
  });
});

describe('a read that was under way', () => {
  const changes: readonly (readonly [string, LeaseView])[] = [
    ['a partition came', view({ 0: 1, 1: 1 })],
    ['its partition was lost and came back', view({ 0: 2 })],
    ['its partition is to be given up', view({ 0: 1 }, [0])],
  ];
  for (const [what, lease] of changes)
    test(`is thrown away when ${what}`, async () => {
      const { world, relay } = setUp(many(3));
      await relay.beat();
      let answer = (): void => {};
      world.reading = new Promise((resolve) => {
        answer = resolve;
      });
      const began = new Promise<void>((resolve) => {
        world.readBegan = resolve;
      });
      const reading = relay.read();
      await began;
      world.lease = lease;
      await relay.beat();
      answer();
      assert.equal(await reading, 0, 'it may hold what another sent in between');
      relay.pump(10);
      assert.deepEqual(ids(world.published), []);
    });

  test('is thrown away when the connection to the broker was lost', async () => {
    const { world, relay } = setUp(many(3));
    await relay.beat();
    let answer = (): void => {};
    world.reading = new Promise((resolve) => {
      answer = resolve;
    });
    const began = new Promise<void>((resolve) => {
      world.readBegan = resolve;
    });
    const reading = relay.read();
    await began;
    relay.lose();
    answer();
    assert.equal(await reading, 0);
  });

  test('counts when nothing changed', async () => {
    const { world, relay } = setUp(many(3));
    await relay.beat();
    const reading = relay.read();
    await relay.beat();
    assert.equal(await reading, 3);
    relay.pump(10);
    assert.deepEqual(ids(world.published), [1, 2, 3]);
  });
});
