// Broadcasts to very many, on a server that skips time and a real database: they wait for an operator, who approves or refuses, or is too late.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createBroadcastActivities } from '../../activities/broadcast/broadcast-activities.ts';
import { createSagaActivities } from '../../activities/saga-activities.ts';
import { createSendActivities } from '../../activities/send/send-activities.ts';
import { readApproval } from '../../db/broadcast-approval.ts';
import { type Database, openDatabase } from '../../db/deps.ts';
import type { TemporalClient } from '../../platform/temporal.ts';
import { broadcastChangedSignal, decideBroadcastUpdate, type SagaStatus, statusQuery } from '../../workflows/names.ts';
import { createBroadcastWorld, createMemoryGateway } from '../support/broadcast-world.ts';
import { eventually } from '../support/eventually.ts';
import { openShop } from '../support/shop.ts';
import { openSkippedTime, type SkippedTime } from '../support/skipped-time.ts';
import { type TestStack, testStack } from '../support/stack.ts';
import { uniqueLetters } from '../support/unique.ts';

let stack: TestStack;
let time: SkippedTime;
let database: Database;
let gateway: ReturnType<typeof createMemoryGateway>;
const taskQueue = 'asking-broadcasts';
const [hour, day] = [3_600_000, 86_400_000];

before(async () => {
  stack = await testStack('broadcast_approval');
  time = await openSkippedTime();
  database = openDatabase(stack.config, { name: 'broadcast-approval', clock: time.clock });
  gateway = createMemoryGateway(time.clock.now);
  const nobody = (): void => undefined;
  const approval = { above: 3, withinMs: 3 * day };
  const activities = Object.assign(
    createBroadcastActivities(database, gateway.client, nobody, { approval, random: () => 0 }),
    createSendActivities(database, gateway.client, nobody),
    createSagaActivities(database, nobody),
  );
  await time.startWorker(taskQueue, activities);
});
after(async () => {
  await time?.close();
  await database?.close();
  await stack?.close();
});

/** A broadcast that was started, to so many. */
async function begun(count: number) {
  await time.now();
  const temporal = { client: time.client } as unknown as TemporalClient;
  const world = createBroadcastWorld(
    database,
    await openShop({ database, temporal, taskQueue }, `tenant-${uniqueLetters()}`),
  );
  await world.activate();
  const { listId, phones } = await world.newList(count);
  const id = await world.newBroadcast(listId);
  await world.run('broadcast', id, 'broadcast.start');
  const handle = await world.startSaga(time.client, taskQueue, id, 1);
  const assertGot = (got: readonly string[]): void =>
    assert.deepEqual(
      gateway.sent.flatMap(({ phone }) => (phones.includes(phone) ? [phone] : [])).sort(),
      [...got].sort(),
    );
  return { world, id, phones, handle, assertGot };
}

/** One to four people that waits for an approval. */
async function awaited() {
  const broadcast = await begun(4);
  const { world, id, handle, assertGot } = broadcast;
  const approval = () => world.read((tx) => readApproval(tx, id));
  await eventually(async () => (await approval())?.state === 'awaited');
  await time.sleep(day);
  assertGot([]);
  const decide = (isApproved: boolean, note: string | null = null) =>
    handle.executeUpdate(decideBroadcastUpdate, { args: [{ isApproved, by: 'api_key:1', note }] });
  return { ...broadcast, approval, decide };
}

describe('a broadcast to very many', () => {
  test('goes out once it is approved; the first decision counts', async () => {
    const { phones, handle, assertGot, approval, decide } = await awaited();
    assert.deepEqual((await handle.query<SagaStatus>(statusQuery)).step, 'approve');
    await assert.rejects(handle.executeUpdate(decideBroadcastUpdate, { args: [{ isApproved: 'yes', by: 'x' }] }));
    await decide(true, 'fine');
    await assert.rejects(decide(false));
    assert.equal(await time.endOf(handle), 'completed');
    assertGot(phones);
    const { recipients, state, by, note } = (await approval()) ?? {};
    assert.deepEqual([recipients, state, by, note], [4, 'approved', 'api_key:1', 'fine']);
  });

  test('is over when it is refused, or nobody decides in time', async () => {
    for (const [reason, by] of [
      ['approval_refused: An operator refused it.', 'api_key:1'],
      ['approval_timed_out: Nobody approved it in time.', null],
    ] as const) {
      const { world, id, handle, assertGot, approval, decide } = await awaited();
      if (by !== null) await decide(false);
      assert.match(await time.endOf(handle, hour), new RegExp(reason));
      assertGot([]);
      const { status, failureReason } = await world.broadcast(id);
      assert.deepEqual([status, failureReason], ['failed', reason]);
      assert.deepEqual([(await approval())?.state, (await approval())?.by], ['refused', by]);
      assert.equal((await world.counts(id)).skipped, 4);
    }
  });

  test('is called off while it waits', async () => {
    const { world, id, handle, assertGot } = await awaited();
    await world.run('broadcast', id, 'broadcast.cancel');
    await handle.signal(broadcastChangedSignal);
    assert.equal(await time.endOf(handle), 'completed');
    assertGot([]);
    assert.equal((await world.saga(id))?.state, 'completed');
  });

  test('and one to fewer is not asked about, nor takes a decision', async () => {
    const { world, id, phones, handle, assertGot } = await begun(3);
    await assert.rejects(
      handle.executeUpdate(decideBroadcastUpdate, { args: [{ isApproved: false, by: 'x', note: null }] }),
    );
    assert.equal(await time.endOf(handle), 'completed');
    assertGot(phones);
    assert.equal(await world.read((tx) => readApproval(tx, id)), null);
  });
});
