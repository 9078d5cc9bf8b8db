// Broadcasts on a server that skips time and a real database: whatever happens on their way, each recipient gets at most one message, and the counts add up.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import { createBroadcastActivities } from '../../activities/broadcast/broadcast-activities.ts';
import { createSagaActivities } from '../../activities/saga-activities.ts';
import { createSendActivities } from '../../activities/send/send-activities.ts';
import { type Database, openDatabase } from '../../db/deps.ts';
import { retryFailed } from '../../db/retry-failed.ts';
import type { TemporalClient } from '../../platform/temporal.ts';
import { broadcastChangedSignal, type SagaStatus, sagaSignals, statusQuery } from '../../workflows/names.ts';
import {
  assertPaced,
  type BroadcastWorld,
  createBroadcastWorld,
  createMemoryGateway,
} from '../support/broadcast-world.ts';
import { eventually } from '../support/eventually.ts';
import { openShop } from '../support/shop.ts';
import { openSkippedTime, type SkippedTime } from '../support/skipped-time.ts';
import { type TestStack, testStack } from '../support/stack.ts';
import { createSwitchboard, fails, gate, losesAnswer } from '../support/switchboard.ts';
import { uniqueLetters } from '../support/unique.ts';

let stack: TestStack;
let time: SkippedTime;
let database: Database;
let gateway: ReturnType<typeof createMemoryGateway>;
const switchboard = createSwitchboard();
const taskQueue = 'broadcasts';
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

before(async () => {
  stack = await testStack('broadcast');
  time = await openSkippedTime();
  database = openDatabase(stack.config, { name: 'broadcast', clock: time.clock });
  gateway = createMemoryGateway(time.clock.now);
  const nobody = (): void => undefined;
  const activities = Object.assign(
    createBroadcastActivities(database, gateway.client, nobody, { random: () => 0, pageSize: 4 }),
    createSendActivities(database, gateway.client, nobody),
    createSagaActivities(database, nobody),
  );
  await time.startWorker(taskQueue, switchboard.wrap(activities));
});
after(async () => {
  await time?.close();
  await database?.close();
  await stack?.close();
});

/** A tenant of its own, whose channel works. */
async function openWorld(): Promise<BroadcastWorld> {
  await time.now();
  const temporal = { client: time.client } as unknown as TemporalClient;
  const shop = await openShop({ database, temporal, taskQueue }, `tenant-${uniqueLetters()}`);
  const world = createBroadcastWorld(database, shop);
  await world.activate();
  return world;
}

const start = (world: BroadcastWorld, id: string, round = 1): Promise<WorkflowHandle> =>
  world.startSaga(time.client, taskQueue, id, round);
const isoIn = async (ms: number): Promise<string> => new Date((await time.now()) + ms).toISOString();

/** What the gateway sent to these. */
const sentTo = (phones: readonly string[]) => gateway.sent.filter(({ phone }) => phones.includes(phone));
/** Nobody got two, and these got one. */
function assertOnce(phones: readonly string[], got: readonly string[] = phones): void {
  assert.deepEqual(
    sentTo(phones)
      .map(({ phone }) => phone)
      .sort(),
    [...got].sort(),
  );
}

/** A broadcast that was started. */
async function started(count: number, more: object = {}) {
  const world = await openWorld();
  const list = await world.newList(count);
  const id = await world.newBroadcast(list.listId, more);
  await world.run('broadcast', id, 'broadcast.start');
  return { world, id, ...list };
}

/** Skips time until so many were sent to. */
async function until(phones: readonly string[], count: number): Promise<void> {
  for (let step = 0; sentTo(phones).length < count; step += 1) {
    assert.ok(step < 200, `${sentTo(phones).length} of ${count} were sent to`);
    await time.sleep(1_000);
  }
}

test('starts at its time, however often that is changed, sends to all at its pace, and tells in numbers', async () => {
  const world = await openWorld();
  const { listId, phones, contactIds } = await world.newList(10);
  await world.run('contact', contactIds[3] ?? '', 'contact.opt_out', { reason: 'asked to' });
  const id = await world.newBroadcast(listId, { ratePerMinute: 6 });
  await world.run('broadcast', id, 'broadcast.schedule', { scheduledAt: await isoIn(60 * day) });
  const handle = await start(world, id);
  await time.sleep(30 * day);
  const scheduledAt = await isoIn(60 * day);
  await world.run('broadcast', id, 'broadcast.schedule', { scheduledAt });
  await handle.signal(broadcastChangedSignal);
  await time.sleep(45 * day);
  assert.equal((await world.broadcast(id)).status, 'scheduled');
  assert.deepEqual(await handle.query<SagaStatus>(statusQuery).then(({ step, state }) => [step, state]), [
    'start',
    'running',
  ]);
  assert.equal(await time.endOf(handle, hour), 'completed');

  const wanted = phones.filter((_, index) => index !== 3);
  assertOnce(phones, wanted);
  const moments = sentTo(phones).map(({ atMs }) => atMs);
  assert.ok(moments.every((moment) => moment >= Date.parse(scheduledAt)));
  assertPaced([await world.recipients(id)], 10_000);
  assert.match(sentTo(phones)[0]?.text ?? '', /^Hello Person \d$/);
  assert.deepEqual(await world.counts(id), { pending: 0, sending: 0, sent: 9, failed: 0, skipped: 1 });
  const events = await world.events(id);
  assert.deepEqual(
    events.map(({ type }) => type.split('.')[1]),
    ['created', 'scheduled', 'scheduled', 'started', 'completed'],
  );
  const { totalSent, successCount, failureCount, skippedCount } = events.at(-1)?.data ?? {};
  assert.deepEqual([totalSent, successCount, failureCount, skippedCount], [9, 9, 0, 1]);
  assert.equal((await world.saga(id))?.state, 'completed');
});

test('pauses and goes on: nothing is begun in between', async () => {
  const { world, id, phones } = await started(9, { ratePerMinute: 12 });
  const handle = await start(world, id);
  await until(phones, 3);
  await world.run('broadcast', id, 'broadcast.pause');
  const before = sentTo(phones).length + (await world.counts(id)).sending;
  await time.sleep(day);
  assert.ok(sentTo(phones).length <= before);
  assert.equal((await world.counts(id)).sending, 0);
  await world.run('broadcast', id, 'broadcast.resume');
  await handle.signal(broadcastChangedSignal);
  assert.equal(await time.endOf(handle), 'completed');
  assertOnce(phones);
});

test('is called off: what was begun is finished, the others are skipped', async () => {
  const { world, id, phones } = await started(9, { ratePerMinute: 12 });
  const handle = await start(world, id);
  await until(phones, 3);
  await world.run('broadcast', id, 'broadcast.cancel');
  await handle.signal(broadcastChangedSignal);
  assert.equal(await time.endOf(handle), 'completed');
  const { sent, skipped, ...open } = await world.counts(id);
  assert.deepEqual([sent + skipped, open], [9, { pending: 0, sending: 0, failed: 0 }]);
  assert.equal(sentTo(phones).length, sent);
  assert.ok(sent >= 3 && sent < 9);
});

test('a channel that is deleted ends it with the reason', async () => {
  const { world, id, phones } = await started(9, { ratePerMinute: 12 });
  const handle = await start(world, id);
  await until(phones, 2);
  await world.run('channel', world.channelId, 'channel.delete');
  assert.match(await time.endOf(handle), /the channel was deleted/);
  const { status, failureReason } = await world.broadcast(id);
  assert.deepEqual([status, failureReason], ['failed', 'the channel was deleted']);
  const { pending, sending } = await world.counts(id);
  assert.deepEqual([pending, sending], [0, 0]);
  assert.equal((await world.saga(id))?.state, 'failed');
});

test('whoever opted out, was deleted, merged, or has no value for the text when their turn comes is skipped', async () => {
  const world = await openWorld();
  const { listId, phones, contactIds } = await world.newList(5);
  const content = 'Hello {{contact.name}}, {{contact.language}}';
  const id = await world.newBroadcast(listId, { message: { type: 'template', content } });
  for (const index of [0, 1, 2, 3])
    await world.run('contact', contactIds[index] ?? '', 'contact.update', { language: 'pt' });
  await world.run('broadcast', id, 'broadcast.start');
  const [optedOut = '', gone = '', merged = '', primary = '', nameless = ''] = contactIds;
  await world.run('contact', optedOut, 'contact.opt_out', { reason: 'asked to', channelId: world.channelId });
  await world.run('contact', gone, 'contact.delete');
  const mergeStrategy = 'union';
  const merge = { primaryContactId: primary, mergedContactIds: [merged], mergeStrategy, projectId: world.projectId };
  await world.run('contact', merged, 'contact.become_merged', merge);
  assert.equal(await time.endOf(await start(world, id)), 'completed');
  assertOnce(phones, [phones[3] ?? '']);
  const reasons = new Map((await world.recipients(id)).map(({ contactId, reason }) => [contactId, reason]));
  assert.deepEqual(
    [optedOut, gone, merged, primary, nameless].map((contactId) => reasons.get(contactId)),
    ['opted_out', 'contact_gone', 'contact_merged', null, 'variable_without_value'],
  );
});

test('by night nobody is written to: those who sleep get theirs in the morning, the others at once', async () => {
  const world = await openWorld();
  const zones = ['Asia/Tokyo', 'America/Sao_Paulo'];
  const lists = [await world.newList(2, { timezone: zones[0] }), await world.newList(2, { timezone: zones[1] })];
  await world.setPacing({ quietHours: { from: '21:00', to: '08:00', timeZone: 'UTC' } });
  // Midnight in Tokyo, noon in São Paulo.
  const now = await time.now();
  await time.sleep(((15 - new Date(now).getUTCHours() + 24) % 24) * hour + 30 * minute);
  const startedAt = await time.now();
  const handles: WorkflowHandle[] = [];
  for (const { listId } of lists) {
    const id = await world.newBroadcast(listId);
    await world.run('broadcast', id, 'broadcast.start');
    handles.push(await start(world, id));
  }
  for (const handle of handles) assert.equal(await time.endOf(handle, 5 * minute), 'completed');
  const [tokyo = [], saoPaulo = []] = lists.map(({ phones }) => sentTo(phones).map(({ atMs }) => atMs));
  assert.equal(tokyo.length + saoPaulo.length, 4);
  assert.ok(saoPaulo.every((moment) => moment < startedAt + 6 * hour));
  for (const moment of tokyo) {
    const clock = new Date(moment).toLocaleTimeString('en-GB', { timeZone: 'Asia/Tokyo' });
    assert.ok(clock >= '08:00' && clock < '21:00', clock);
  }
});

test('two broadcasts of one channel share its pace', async () => {
  const world = await openWorld();
  await world.setPacing({ ratePerMinute: 6 });
  const lists = [await world.newList(5), await world.newList(5)];
  const handles: WorkflowHandle[] = [];
  const ids: string[] = [];
  for (const { listId } of lists) {
    const id = await world.newBroadcast(listId);
    ids.push(id);
    await world.run('broadcast', id, 'broadcast.start');
    handles.push(await start(world, id));
  }
  for (const handle of handles) assert.equal(await time.endOf(handle), 'completed');
  const phones = lists.flatMap((list) => list.phones);
  assertOnce(phones);
  assertPaced(await Promise.all(ids.map(world.recipients)), 10_000);
});

test('a day’s limit is kept, and the rest goes on the next day', async () => {
  const world = await openWorld();
  await world.setPacing({ warmUp: { firstDay: 2, growth: 2 }, dailyLimit: 5 });
  const { listId, phones } = await world.newList(9);
  const id = await world.newBroadcast(listId);
  await world.run('broadcast', id, 'broadcast.start');
  assert.equal(await time.endOf(await start(world, id), hour), 'completed');
  const days = sentTo(phones).map(({ atMs }) => Math.floor(atMs / day));
  assert.deepEqual(
    [...new Set(days)].map((one) => days.filter((other) => other === one).length),
    [2, 4, 3],
  );
});

test('a capped number rests until its cycle is over', async () => {
  const { world, id, phones } = await started(5);
  const until = (await time.now()) + 3 * day;
  gateway.setCapping({ status: 'CAPPED', remaining: 0, until });
  try {
    assert.equal(await time.endOf(await start(world, id), hour), 'completed');
  } finally {
    gateway.setCapping(undefined);
  }
  assertOnce(phones);
  assert.ok(sentTo(phones).every(({ atMs }) => atMs >= until));
});

describe('a gateway that says no, or nothing', () => {
  test('a failure has its reason; only what surely did not arrive is tried again, with another message', async () => {
    const { world, id, phones, contactIds } = await started(6);
    const [rejected = '', lost = '', late = ''] = phones;
    gateway.behaviours.set(rejected, 'rejects').set(lost, 'hangs before').set(late, 'hangs after');
    const handle = await start(world, id);
    // Its saga would try for a day: somebody gives it up.
    await time.sleep(30 * minute);
    const messageId = (await world.recipients(id)).find(({ contactId }) => contactId === contactIds[1])?.messageId;
    const saga = time.client.workflow.getHandle(`send-message-${messageId}`);
    assert.equal((await saga.query<SagaStatus>(statusQuery)).state, 'stuck');
    await saga.signal(sagaSignals.abort);
    assert.equal(await time.endOf(handle), 'completed');
    assert.deepEqual(await world.counts(id), { pending: 0, sending: 0, sent: 4, failed: 2, skipped: 0 });
    const rows = new Map((await world.recipients(id)).map((row) => [row.contactId, row]));
    assert.match(rows.get(contactIds[0] ?? '')?.reason ?? '', /rejected the message/);
    assert.deepEqual(
      contactIds.slice(0, 3).map((one) => rows.get(one)?.mayHaveArrived),
      [false, true, false],
    );
    assertOnce(phones, phones.slice(2));

    for (const phone of phones) gateway.behaviours.delete(phone);
    const cause = { causationId: id, correlationId: id };
    await world.run('broadcast', id, 'broadcast.retry_failed');
    await world.read((tx) => retryFailed(database, tx, id, cause));
    assert.equal(await time.endOf(await start(world, id, 2)), 'completed');
    assert.deepEqual(await world.counts(id), { pending: 0, sending: 0, sent: 5, failed: 1, skipped: 0 });
    assertOnce(
      phones,
      phones.filter((phone) => phone !== lost),
    );
    const completed = (await world.events(id)).filter(({ type }) => type === 'broadcast.completed');
    assert.deepEqual(
      completed.map(({ data }) => data['successCount']),
      [4, 5],
    );
  });

  test('one that is away for a while holds it up, and then all get theirs', async () => {
    const { world, id, phones } = await started(6);
    for (const phone of phones) gateway.behaviours.set(phone, 'is away');
    const handle = await start(world, id);
    await time.sleep(20 * minute);
    assert.equal(sentTo(phones).length, 0);
    for (const phone of phones) gateway.behaviours.delete(phone);
    assert.equal(await time.endOf(handle), 'completed');
    assertOnce(phones);
  });
});

describe('trouble in each activity', { concurrency: 1 }, () => {
  const activities = [
    ['lookAtBroadcast', ''],
    ['startBroadcast', ''],
    ['gatherAudience', ''],
    ['finishBroadcast', ''],
    ['planPage', '-sending'],
    ['readCapping', '-sending'],
  ] as const;
  for (const [activity, workflow] of activities) {
    test(`${activity} takes effect, but its answer is lost twice`, async () => {
      const { world, id, phones } = await started(6);
      const fault = losesAnswer((attempt) => attempt <= 2);
      switchboard.put(`broadcast-${id}${workflow}`, activity, fault);
      assert.equal(await time.endOf(await start(world, id)), 'completed');
      assertOnce(phones);
      assert.equal((await world.counts(id)).sent, 6);
    });
  }

  for (const activity of ['beginRecipient', 'settleRecipient']) {
    test(`${activity} takes effect, but its answer is lost twice`, async () => {
      const { world, id, phones } = await started(6);
      switchboard.putAll(
        activity,
        (workflowId) => workflowId.includes(id),
        losesAnswer((attempt) => attempt <= 2),
      );
      assert.equal(await time.endOf(await start(world, id)), 'completed');
      switchboard.clearAll(activity);
      assertOnce(phones);
      assert.equal((await world.counts(id)).sent, 6);
    });

    test(`${activity} fails until somebody helps: stuck and shown, then all get theirs`, async () => {
      const { world, id, phones } = await started(6);
      switchboard.putAll(activity, (workflowId) => workflowId.includes(id), fails());
      const handle = await start(world, id);
      const seen = await eventually(
        async () => {
          const now = await handle.query<SagaStatus>(statusQuery);
          return now.state === 'stuck' && now;
        },
        { timeoutMs: 20_000 },
      );
      assert.deepEqual(
        [seen.step, seen.signals, seen.lastError?.code],
        ['send', ['retry', 'abort', 'pause'], 'internal'],
      );
      assert.equal((await world.saga(id))?.state, 'stuck');
      switchboard.clearAll(activity);
      await handle.signal(sagaSignals.retry);
      assert.equal(await time.endOf(handle), 'completed');
      assertOnce(phones);
      assert.deepEqual(await world.counts(id), { pending: 0, sending: 0, sent: 6, failed: 0, skipped: 0 });
    });
  }

  for (const how of ['aborted', 'cancelled'] as const) {
    test(`${how} in the middle: what was begun is finished, the rest is skipped, the saga failed`, async () => {
      const { world, id, phones } = await started(9, { ratePerMinute: 12 });
      const stand = gate('after');
      const handle = await start(world, id);
      await until(phones, 2);
      switchboard.putAll('beginRecipient', (workflowId) => workflowId.includes(id), stand.fault);
      const skipping = time.sleep(5 * minute);
      await stand.reached;
      if (how === 'aborted') await handle.signal(sagaSignals.abort);
      else await handle.cancel();
      stand.open();
      switchboard.clearAll('beginRecipient');
      await skipping;
      assert.notEqual(await time.endOf(handle), 'completed');
      const { sent, skipped, ...open } = await world.counts(id);
      assert.deepEqual([sent + skipped, open], [9, { pending: 0, sending: 0, failed: 0 }]);
      assert.equal(sentTo(phones).length, sent);
      assert.ok(sent >= 2 && sent < 9, `${sent}`);
      const { status, failureReason } = await world.broadcast(id);
      assert.deepEqual([status, failureReason], ['failed', how]);
      assert.deepEqual(await world.saga(id), { state: 'failed', reason: how });
    });
  }
});
