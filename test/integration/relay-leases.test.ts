// Who owns which partition, on real PostgreSQL: fair shares through joins, leaves and deaths, never two owners, and nothing written by a former one.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { createPool, type Pool } from '../../db/pool.ts';
import type { LeasePort, LeaseView, PendingEvent } from '../../workers/relay/ports.ts';
import { createLeasePort, createOutboxPort } from '../../workers/relay/postgres-ports.ts';
import { writeEvents } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { type TestStack, testStack } from '../support/stack.ts';

const all = Array.from({ length: 64 }, (_, index) => index);
/** Longer than any pause of the machine, where nobody is to be found dead. */
const longMs = 600_000;
let stack: TestStack;
let pool: Pool;

before(async () => {
  stack = await testStack('relay_leases');
  pool = createPool({ url: stack.systemUrl, size: 6, name: 'leases' });
  await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
});
afterEach(async () => {
  await pool.query('delete from relay_processes');
  await pool.query('update relay_leases set owner = null');
  await pool.query("update outbox_events set status = 'processed'");
});
after(async () => {
  await pool.end();
  await stack.close();
});

/** A relay as far as leases go: it gives up at its next beat what it was told is too much. */
function createOwner(name: string, leaseMs = longMs) {
  const id = randomUUID();
  const port: LeasePort = createLeasePort(pool, id, name, leaseMs);
  let view: LeaseView | undefined;
  return {
    id,
    beat: async (): Promise<LeaseView> => {
      view = await port.beat(view?.surplus ?? []);
      return view;
    },
    leave: () => port.leave(),
    /** What it may publish. */
    partitions: () => [...(view?.owned.keys() ?? [])],
    fenceOf: (partition: number) => view?.owned.get(partition) ?? -1,
  };
}
type Owner = ReturnType<typeof createOwner>;

/** Everybody beats until nothing changes any more; at no moment has a partition two owners. */
async function settle(owners: readonly Owner[]): Promise<number[]> {
  for (let round = 0; round < 6; round += 1)
    for (const owner of owners) {
      await owner.beat();
      const { rows } = await pool.query<{ partition_key: number; owner: string | null }>(
        'select partition_key, owner from relay_leases',
      );
      const held = new Map(rows.map((row) => [row.partition_key, row.owner]));
      for (const partition of owner.partitions()) assert.equal(held.get(partition), owner.id);
    }
  const sizes = owners.map((owner) => owner.partitions().length);
  assert.equal(
    new Set(owners.flatMap((owner) => owner.partitions())).size,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  return sizes.sort();
}

describe('shares', () => {
  test('are fair when relays join and leave, and move no more than they have to', async () => {
    const [one, two, three] = [createOwner('one'), createOwner('two'), createOwner('three')] as const;
    assert.deepEqual(await settle([one]), [64]);
    assert.deepEqual(await settle([one, two]), [32, 32]);
    const before = new Set(one.partitions());
    assert.deepEqual(await settle([one, two, three]), [21, 21, 22]);
    assert.ok(
      one.partitions().every((partition) => before.has(partition)),
      'it only gave some away',
    );
    await two.leave();
    assert.deepEqual(await settle([one, three]), [32, 32]);
    await one.leave();
    assert.deepEqual(await settle([three]), [64]);
  });

  test('a newcomer gets nothing before the owner has given it up', async () => {
    const [one, two] = [createOwner('one'), createOwner('two')];
    await one.beat();
    assert.equal((await two.beat()).owned.size, 0);
    const { owned, surplus } = await one.beat();
    assert.deepEqual([owned.size, surplus.length], [64, 32], 'told to give up, but still its own while they drain');
    assert.equal((await two.beat()).owned.size, 0);
    await one.beat();
    assert.equal((await two.beat()).owned.size, 32);
  });

  test('those of a dead one go to the others once its lease is over, and not before', async () => {
    const [one, two] = [createOwner('one'), createOwner('two')];
    const dying = createOwner('dying', 1_500);
    await settle([dying, one, two]);
    const had = dying.partitions();
    await one.beat();
    assert.ok(!one.partitions().some((partition) => had.includes(partition)), 'it lives as long as its lease does');
    await eventually(async () => {
      await one.beat();
      await two.beat();
      return one.partitions().length === 32 && two.partitions().length === 32;
    });
    const fences = new Map(had.map((partition) => [partition, dying.fenceOf(partition)]));
    for (const owner of [one, two])
      for (const partition of owner.partitions())
        if (fences.has(partition)) assert.ok(owner.fenceOf(partition) > (fences.get(partition) ?? 0));
  });

  test('many that join at once share without two owners', async () => {
    const owners = Array.from({ length: 5 }, (_, index) => createOwner(`at-once-${index}`));
    await Promise.all(owners.map((owner) => owner.beat()));
    assert.deepEqual(await settle(owners), [12, 13, 13, 13, 13]);
  });
});

describe('a former owner', () => {
  async function pendingOne(): Promise<{ event: PendingEvent }> {
    await writeEvents(pool, 't', [{ aggregateId: randomUUID(), sequence: 1 }]);
    const { events } = await createOutboxPort(pool, randomUUID()).readPending({
      after: 0,
      partitions: all,
      except: [],
      heldAggregates: [],
      limit: 1,
      wantsNewest: false,
    });
    const [event] = events;
    assert.ok(event);
    return { event };
  }
  const state = async () => {
    const { rows } = await pool.query<{ status: string; retry_count: number }>(
      "select status, retry_count from outbox_events where status <> 'processed' or retry_count > 0",
    );
    return rows;
  };
  const untouched = [{ status: 'pending', retry_count: 0 }];
  const retry = { waitMs: 0, giveUp: true };

  test('that was stopped past its lease marks nothing and counts no try', async () => {
    const { event } = await pendingOne();
    const zombie = createOwner('zombie', 300);
    await zombie.beat();
    const fence = zombie.fenceOf(event.partition);
    const heir = createOwner('heir');
    await eventually(async () => (await heir.beat()).owned.size === 64);
    const port = createOutboxPort(pool, zombie.id);
    await port.markSent([{ event, fence }]);
    await port.markFailedTry(event, fence, 'a test', retry);
    assert.deepEqual(await state(), untouched);
    await createOutboxPort(pool, heir.id).markSent([{ event, fence: heir.fenceOf(event.partition) }]);
    assert.deepEqual(await state(), []);
  });

  test('that came back and owns the partition again marks nothing of its time before', async () => {
    const { event } = await pendingOne();
    const one = createOwner('one');
    await one.beat();
    const old = one.fenceOf(event.partition);
    const other = createOwner('other');
    await one.leave();
    await other.beat();
    await other.leave();
    await one.beat();
    assert.ok(one.fenceOf(event.partition) > old);
    const port = createOutboxPort(pool, one.id);
    await port.markSent([{ event, fence: old }]);
    await port.markFailedTry(event, old, 'a test', retry);
    assert.deepEqual(await state(), untouched);
    await port.markSent([{ event, fence: one.fenceOf(event.partition) }]);
    assert.deepEqual(await state(), []);
  });

  test('marks nothing with the fence of another partition', async () => {
    const { event } = await pendingOne();
    const one = createOwner('one');
    await one.beat();
    const port = createOutboxPort(pool, one.id);
    // An owner with the right number for the wrong partition: both are in the check.
    await pool.query('update relay_leases set fence = fence + 1000 where partition_key = $1', [event.partition]);
    await port.markSent([{ event, fence: one.fenceOf(event.partition) }]);
    assert.deepEqual(await state(), untouched);
  });
});
