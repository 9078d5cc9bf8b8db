// Enrolments on a server that skips time and a real database: months of a campaign in seconds, every kind of step and every end; whatever fails, each step is
// taken once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import { createEnrollmentActivities } from '../../activities/enrollments/enrollment-activities.ts';
import { createSagaActivities } from '../../activities/saga-activities.ts';
import { setPacing } from '../../db/broadcast-pacing.ts';
import { type Database, openDatabase } from '../../db/deps.ts';
import { inTenant } from '../../db/transaction.ts';
import type { CampaignStep } from '../../domain/campaign/steps.ts';
import { defaultPacing } from '../../domain/outreach/pacing.ts';
import type { TemporalClient } from '../../platform/temporal.ts';
import {
  enrollmentNewsSignal,
  type SagaStatus,
  sagaSignals,
  statusQuery,
  workflowNames,
} from '../../workflows/names.ts';
import { type Entered, enterCampaign, enterSequence, newSequence } from '../support/enrollment-stage.ts';
import { eventually } from '../support/eventually.ts';
import { runCommand } from '../support/run-command.ts';
import { openShop } from '../support/shop.ts';
import { openSkippedTime, type SkippedTime } from '../support/skipped-time.ts';
import { type TestStack, testStack } from '../support/stack.ts';
import { createSwitchboard, fails, failsForGood, losesAnswer } from '../support/switchboard.ts';
import { uniqueLetters } from '../support/unique.ts';

let stack: TestStack;
let time: SkippedTime;
let database: Database;
const switchboard = createSwitchboard();
const taskQueue = 'enrollments';
const [hour, day] = [3_600_000, 86_400_000];

before(async () => {
  stack = await testStack('enrollment');
  time = await openSkippedTime();
  database = openDatabase(stack.config, { name: 'enrollment', clock: time.clock });
  const nobody = (): void => undefined;
  const activities = Object.assign(
    createEnrollmentActivities(database, nobody, { random: () => 0 }),
    createSagaActivities(database, nobody),
  );
  await time.startWorker(taskQueue, switchboard.wrap(activities));
});
after(async () => {
  await time?.close();
  await database?.close();
  await stack?.close();
});

type World = Parameters<typeof enterSequence>[0];

async function openWorld(): Promise<World> {
  await time.now();
  const temporal = { client: time.client } as unknown as TemporalClient;
  return { database, ...(await openShop({ database, temporal, taskQueue }, `tenant-${uniqueLetters()}`)) };
}

function start({ tenantId, family, enrollmentId }: Pick<Entered, 'tenantId' | 'family' | 'enrollmentId'>) {
  const args = [{ tenantId, family, enrollmentId }];
  return time.client.workflow.start(workflowNames.enrollment, {
    ...{ taskQueue, workflowId: `enrollment-${enrollmentId}`, args },
  });
}

const rows = async (world: World, text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> =>
  (await inTenant(database.pool, world.tenantId, (tx) => tx.query(text, [world.tenantId, ...values]))).rows;

/** How the enrolment stands: status, why it was left, and what became of its steps, in the order of the alphabet. */
async function standing(world: World, { family, enrollmentId }: Pick<Entered, 'family' | 'enrollmentId'>) {
  const table = `${family}_enrollments`;
  const [row] = await rows(
    world,
    `select status, exit_reason from ${table} where tenant_id = $1 and id = $2`,
    enrollmentId,
  );
  const ended = await rows(
    world,
    'select outcome from enrollment_steps where tenant_id = $1 and enrollment_id = $2 order by ended_at',
    enrollmentId,
  );
  const outcomes = ended.map(({ outcome }) => outcome).toSorted();
  return [row?.['status'], row?.['exit_reason'], outcomes];
}

/** What was queued for the contact: the text, and so many days after `since`. */
async function sent(world: World, contactId: string, since: number): Promise<(readonly [unknown, number])[]> {
  const messages = await rows(
    world,
    'select id, created_at from messages where tenant_id = $1 and contact_id = $2 and from_me order by created_at',
    contactId,
  );
  return messages.map(({ id, created_at: at }) => [typeof id, Math.floor(((at as Date).getTime() - since) / day)]);
}

async function writes(world: World, { contactId }: Entered): Promise<void> {
  const { tenantId, projectId, channelId } = world;
  const messageId = database.ids.next();
  const data = {
    messageId,
    tenantId,
    projectId,
    channelId,
    contactId,
    source: 'webhook',
    messageType: 'text',
    body: 'Oi',
  };
  const channelMessageId = randomUUID().replaceAll('-', '').toUpperCase();
  const sentAt = new Date(await time.now()).toISOString();
  const received = { ...data, channelMessageId, fromMe: false, arrival: 1, sentAt };
  await runCommand(world, 'message', messageId, 'message.receive', received);
}

const look = (handle: WorkflowHandle): Promise<void> => handle.signal(enrollmentNewsSignal);
const endOf = (handle: WorkflowHandle): Promise<string> => time.endOf(handle, day);
/** Has waited until what was due is done. */
const isAt = (handle: WorkflowHandle, done: number): Promise<unknown> =>
  eventually(async () => {
    const { stepsDone, state } = await handle.query<SagaStatus>(statusQuery);
    return stepsDone.length === done && state === 'running';
  });

const step = (content: object): CampaignStep => ({ stepId: database.ids.next(), ...content }) as CampaignStep;
const waitForReply = (more: object = {}) => step({ stepType: 'wait', waitFor: 'reply', timeoutHours: 48, ...more });
const delay = (amount: number) => step({ stepType: 'delay', delay: { amount, unit: 'days' } });

test('a sequence of a year: each message in its time, once, and a short history', async () => {
  const world = await openWorld();
  const since = await time.now();
  const entered = await enterSequence(world, { days: [0, 30, 90, 240] });
  const handle = await start(entered);
  assert.equal(await endOf(handle), 'completed');
  assert.deepEqual(
    await sent(world, entered.contactId, since),
    [0, 30, 120, 360].map((days) => ['string', days]),
  );
  assert.deepEqual(await standing(world, entered), ['completed', null, ['sent', 'sent', 'sent', 'sent']]);
  const [saga] = await rows(
    world,
    'select state, reason from sagas where tenant_id = $1 and correlation_id = $2',
    entered.enrollmentId,
  );
  assert.deepEqual(saga, { state: 'completed', reason: 'completed' });
  assert.equal(await restarted(entered), 'completed');
  assert.equal((await sent(world, entered.contactId, since)).length, 4);
});

/** Once more, as a signal does that comes when it is over and its history gone. */
const restarted = async (entered: Entered): Promise<string> => endOf(await start(entered));

test('whoever answers leaves, also while the enrolment stands still', async () => {
  const world = await openWorld();
  for (const isPaused of [false, true]) {
    const entered = await enterSequence(world, { days: [0, 30], exitOnReply: true });
    const handle = await start(entered);
    await isAt(handle, 1);
    if (isPaused) await entered.run('pause');
    await time.sleep(day);
    await writes(world, entered);
    await look(handle);
    assert.equal(await endOf(handle), 'completed');
    assert.deepEqual(await standing(world, entered), ['exited', 'replied', ['sent']]);
  }
});

test('a pause of one, or of all, holds what is due; what fell due meanwhile is done when it goes on', async () => {
  const world = await openWorld();
  for (const who of ['one', 'all']) {
    const entered = await enterSequence(world, { days: [0, 3] });
    const since = await time.now();
    const set = (verb: string) =>
      who === 'one' ? entered.run(verb) : runCommand(world, 'sequence', entered.parentId, `sequence.${verb}`, {});
    const handle = await start(entered);
    await isAt(handle, 1);
    await set('pause');
    await time.sleep(20 * day);
    assert.equal((await sent(world, entered.contactId, since)).length, 1);
    await set('resume');
    await look(handle);
    assert.equal(await endOf(handle), 'completed');
    const days = (await sent(world, entered.contactId, since)).map(([, after]) => after);
    assert.ok(days.length === 2 && (days[1] ?? 0) >= 20 && (days[1] ?? 0) <= 21, `${days}`);
  }
});

test('steps that are changed are for those who enter later', async () => {
  const world = await openWorld();
  const entered = await enterSequence(world, { days: [0, 3] });
  const handle = await start(entered);
  await isAt(handle, 1);
  for (const [verb, data] of [
    ['pause', {}],
    ['remove_step', { stepId: entered.stepIds[1] }],
    ['resume', {}],
  ] as const)
    await runCommand(world, 'sequence', entered.parentId, `sequence.${verb}`, data);
  assert.equal(await endOf(handle), 'completed');
  assert.deepEqual(await standing(world, entered), ['completed', null, ['sent', 'sent']]);
});

test('conditions lead on, elsewhere or out', async () => {
  const world = await openWorld();
  const has = { type: 'tag', operator: 'has', tag: 'vip' };
  const last = delay(0);
  const condition = (more: object = {}) => step({ stepType: 'condition', condition: has, ...more });
  const out = await enterCampaign(world, () => [condition(), delay(1)]);
  assert.equal(await endOf(await start(out)), 'completed');
  assert.deepEqual(await standing(world, out), ['exited', 'condition_not_met', ['not_met']]);
  const elsewhere = await enterCampaign(world, () => [condition({ elseStepId: last.stepId }), delay(1), last]);
  assert.equal(await endOf(await start(elsewhere)), 'completed');
  assert.deepEqual((await standing(world, elsewhere))[2], ['done', 'not_met']);
  const on = await enterCampaign(world, () => [delay(1), condition()]);
  const handle = await start(on);
  await runCommand(world, 'contact', on.contactId, 'contact.add_tag', { tag: 'vip' });
  assert.equal(await endOf(handle), 'completed');
  assert.deepEqual(await standing(world, on), ['completed', null, ['done', 'done']]);
});

test('an answer ends the wait for it, and its time-out leads where it says', async () => {
  const world = await openWorld();
  const target = delay(0);
  const steps = () => [waitForReply({ timeoutStepId: target.stepId }), delay(0), target];
  const late = await enterCampaign(world, steps);
  assert.equal(await endOf(await start(late)), 'completed');
  assert.deepEqual((await standing(world, late))[2], ['done', 'timed_out']);
  const answered = await enterCampaign(world, () => [waitForReply(), delay(0)]);
  const handle = await start(answered);
  await time.sleep(hour);
  await writes(world, answered);
  await look(handle);
  await isAtEnd(handle);
  assert.deepEqual(await standing(world, answered), ['completed', null, ['done', 'done']]);
});

const isAtEnd = async (handle: WorkflowHandle): Promise<void> =>
  assert.equal(await time.endOf(handle, 1_000), 'completed');

test('a step that is a sequence goes on when the contact is through it', async () => {
  const world = await openWorld();
  const { sequenceId } = await newSequence(world, { days: [2, 2] });
  const entered = await enterCampaign(world, () => [step({ stepType: 'sequence', sequenceId }), delay(0)]);
  const since = await time.now();
  const handle = await start(entered);
  const inner = await eventually(async () => {
    const [row] = await rows(
      world,
      'select id from sequence_enrollments where tenant_id = $1 and contact_id = $2',
      entered.contactId,
    );
    return row && String(row['id']);
  });
  const innerHandle = await start({ ...entered, family: 'sequence', enrollmentId: inner });
  assert.equal(await endOf(innerHandle), 'completed');
  assert.equal((await sent(world, entered.contactId, since)).length, 2);
  assert.equal(await endOf(handle), 'completed');
  assert.deepEqual(await standing(world, entered), ['completed', null, ['done', 'done']]);
});

test('nobody is written to who has opted out, by night, or faster than the number may send', async () => {
  const world = await openWorld();
  const gone = await enterSequence(world, { days: [1] });
  await runCommand(world, 'contact', gone.contactId, 'contact.opt_out', { reason: 'asked to' });
  assert.equal(await endOf(await start(gone)), 'completed');
  assert.deepEqual(await standing(world, gone), ['exited', 'opted_out', []]);
  // Quiet from an hour ago until eleven hours from now.
  const at = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
  const nowMs = await time.now();
  const quietHours = { from: at(nowMs - hour), to: at(nowMs + 11 * hour), timeZone: 'UTC' };
  const set = (policy: object) =>
    inTenant(database.pool, world.tenantId, (tx) =>
      setPacing(tx, world.channelId, { ...defaultPacing, jitter: 0, ...policy }),
    );
  await set({ quietHours });
  const asleep = await enterSequence(world, { days: [0] });
  assert.equal(await time.endOf(await start(asleep), hour), 'completed');
  const [night] = await rows(
    world,
    'select created_at from messages where tenant_id = $1 and contact_id = $2',
    asleep.contactId,
  );
  const waited = Number(night?.['created_at']) - nowMs;
  assert.ok(waited > 10.9 * hour && waited < 13 * hour, `${waited / hour} h`);
  await set({ ratePerMinute: 1, quietHours: null });
  const many = [
    await enterSequence(world, { days: [0] }),
    await enterSequence(world, { days: [0] }),
    await enterSequence(world, { days: [0] }),
  ];
  for (const handle of await Promise.all(many.map(start))) assert.equal(await time.endOf(handle, 10_000), 'completed');
  const ids = many.map(({ contactId }) => contactId);
  const times = (
    await rows(world, 'select created_at from messages where tenant_id = $1 and contact_id = any($2) order by 1', ids)
  ).map((row) => (row['created_at'] as Date).getTime());
  assert.equal(times.length, 3);
  assert.ok((times[2] ?? 0) - (times[0] ?? 0) >= 119_000, `${times.map((one) => one - (times[0] ?? 0))}`);
});

test('each step fails, or its answer is lost: it is taken once all the same', async () => {
  const world = await openWorld();
  for (const fault of [fails((attempt) => attempt < 3), losesAnswer((attempt) => attempt < 3)]) {
    const since = await time.now();
    const entered = await enterSequence(world, { days: [0, 1, 1] });
    switchboard.put(`enrollment-${entered.enrollmentId}`, 'tendEnrollment', fault);
    assert.equal(await endOf(await start(entered)), 'completed');
    assert.equal((await sent(world, entered.contactId, since)).length, 3);
    assert.deepEqual(await standing(world, entered), ['completed', null, ['sent', 'sent', 'sent']]);
  }
});

test('stuck and shown: a retry goes on, an abort or a cancellation takes the contact out', async () => {
  const world = await openWorld();
  for (const way of ['retry', 'abort', 'cancel'] as const) {
    const entered = await enterSequence(world, { days: [0, 9] });
    const workflowId = `enrollment-${entered.enrollmentId}`;
    switchboard.put(workflowId, 'tendEnrollment', failsForGood);
    const handle = await start(entered);
    const status = await eventually(async () => {
      const now = await handle.query<SagaStatus>(statusQuery);
      return now.state === 'stuck' && now;
    });
    assert.deepEqual(status.signals, ['retry', 'abort']);
    if (way === 'cancel') await handle.cancel();
    else await handle.signal(sagaSignals[way]);
    switchboard.clear(workflowId, 'tendEnrollment');
    const reasons = { retry: /^completed$/, abort: /aborted/, cancel: /cancel/i };
    assert.match(await endOf(handle), reasons[way]);
    const expected = { retry: ['completed', null], abort: ['exited', 'aborted'], cancel: ['exited', 'cancelled'] };
    assert.deepEqual((await standing(world, entered)).slice(0, 2), expected[way]);
  }
});

test('years of standing still, and thousands of signals, leave a short history', async () => {
  const world = await openWorld();
  const entered = await enterSequence(world, { days: [0, 300] });
  await entered.run('pause');
  const handle = await start(entered);
  const signals = Array.from({ length: 600 }, () => look(handle));
  await Promise.all(signals);
  await time.sleep(30 * day);
  assert.ok((await handle.describe()).historyLength < 1_000);
  await entered.run('exit', { reason: 'asked to' });
  await look(handle);
  assert.equal(await endOf(handle), 'completed');
  assert.deepEqual(await standing(world, entered), ['exited', 'asked to', []]);
});
