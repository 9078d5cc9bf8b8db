// Looking after a session, on real rows with a clock of the test's: every term takes effect once, races with people and messages, agents' parts.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { createSessionActivities, type Tended } from '../../activities/session-lifecycle/session-activities.ts';
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import { fixedClock } from '../../platform/clock.ts';
import { runInSaga } from '../../platform/saga-context.ts';
import { sessionSagaType } from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { gatewayMessage } from '../support/messages.ts';
import { openProduct, type Product } from '../support/product.ts';
import { runCommand } from '../support/run-command.ts';
import type { Shop } from '../support/shop.ts';
import { takeMessage } from '../support/take-message.ts';
import { assertNoGaps, logOf } from '../support/world.ts';

let product: Product;
let admin: pg.Client;
before(async () => {
  product = await openProduct('session_tending');
  admin = new pg.Client({ connectionString: product.stack.adminUrl });
  await admin.connect();
});
after(async () => {
  await admin.end();
  await product.close();
});

let shop: Shop;
let clock: ReturnType<typeof fixedClock>;
let database: Database;
let told: string[];
beforeEach(async () => {
  shop = await product.openShop();
  clock = fixedClock('2026-03-01T12:00:00.000Z');
  database = { ...product.database, clock };
  told = [];
});

const seconds = (count: number): void => clock.advance(count * 1_000);
const command = (
  name: 'session' | 'sessionPolicy' | 'agent' | 'agentSession',
  id: string,
  type: string,
  data: object,
) => runCommand({ database, tenantId: shop.tenantId }, name, id, type, data);
const rows = async <Row extends pg.QueryResultRow>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await admin.query<Row>(text, [shop.tenantId, ...values])).rows;

async function policy(terms: object): Promise<void> {
  const { projectId, channelId } = shop;
  const sessionPolicyId = randomUUID();
  await command('sessionPolicy', sessionPolicyId, 'session_policy.create', {
    sessionPolicyId,
    projectId,
    channelId,
    ...terms,
  });
}

async function agent(): Promise<string> {
  const agentId = product.database.ids.next();
  const { tenantId, projectId } = shop;
  const data = { agentId, tenantId, projectId, name: 'Rita', type: 'human', role: 'agent' };
  await command('agent', agentId, 'agent.create', data);
  return agentId;
}

/** The contact writes, as its saga takes it; gives the session. */
async function write(): Promise<string> {
  const { recorded } = await takeMessage(database, shop, await shop.store(gatewayMessage({ body: 'Oi' })));
  assert.ok(recorded.sessionId);
  return recorded.sessionId;
}

const answer = (sessionId: string) =>
  command('session', sessionId, 'session.record_message', {
    messageId: randomUUID(),
    fromContact: false,
    recordedAt: clock.now().toISOString(),
  });

function tend(sessionId: string, wasStuck = false): Promise<Tended> {
  const { tenantId } = shop;
  const activities = createSessionActivities(database, (_saga, state, reason) => told.push(`${state} ${reason}`));
  const place = { sagaStep: 'tend', stepNumber: 1, undo: false };
  const saga = { sagaType: sessionSagaType, workflowId: `session-lifecycle-${sessionId}`, runId: randomUUID() };
  return runInSaga({ correlationId: sessionId, tenantId, ...saga, ...place }, () =>
    activities.tendSession({ tenantId, sessionId }, wasStuck),
  );
}

/** What happened in the session, by its own events and those of agents' parts, without the messages. */
const storyOf = async (sessionId: string): Promise<string[]> => {
  const log = await rows<{ line: string }>(
    `select event_type || coalesce(' ' || (metadata ->> 'saga_step'), '') as line from outbox_events
     where tenant_id = $1 and (aggregate_id = $2::uuid or event_data ->> 'sessionId' = $2::text) and event_type ~ 'session'
       and event_type <> 'session.message_recorded' order by id`,
    sessionId,
  );
  return log.map(({ line }) => line);
};

const sessionOf = async (sessionId: string) =>
  (
    await rows<{ status: string; end_reason: string | null; agent_id: string | null }>(
      'select status, end_reason, agent_id from sessions where tenant_id = $1 and id = $2',
      sessionId,
    )
  )[0];

const waitsForLock = () =>
  eventually(async () => {
    const { rows } = await admin.query(
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    );
    return rows.length > 0;
  });

test('nobody writes for 30 minutes: the session ends once, with its figures, its agents leave, and a late message begins another', async () => {
  const agentId = await agent();
  const sessionId = await write();
  seconds(60);
  await answer(sessionId);
  const agentSessionId = product.database.ids.next();
  const part = { agentSessionId, agentId, sessionId, projectId: shop.projectId };
  await command('agentSession', agentSessionId, 'agent_session.join', part);
  seconds(29 * 60);
  assert.deepEqual((await tend(sessionId)).due, { what: 'close', inMs: 60_000 });
  seconds(60);
  const [one, other] = await Promise.all([tend(sessionId), tend(sessionId)]);
  assert.deepEqual([one.endReason, other.endReason], ['inactivity_timeout', 'inactivity_timeout']);
  assert.deepEqual([...one.did, ...other.did], ['close']);
  assert.deepEqual(await storyOf(sessionId), [
    'session.started session',
    'agent_session.joined',
    'session.ended close',
    'agent_session.left end',
  ]);
  const [ended] = await rows<{ data: Record<string, unknown> }>(
    `select event_data as data from outbox_events where tenant_id = $1 and aggregate_id = $2 and event_type = 'session.ended'`,
    sessionId,
  );
  const { reason, duration, metrics, eventsSummary } = ended?.data ?? {};
  assert.deepEqual(
    { reason, duration, metrics, eventsSummary },
    {
      reason: 'inactivity_timeout',
      duration: 'PT31M',
      metrics: { messageCount: 2, contactMessageCount: 1, ownMessageCount: 1 },
      eventsSummary: { 'session.message_recorded': 2, 'session.started': 1 },
    },
  );
  assert.deepEqual(told, ['completed inactivity_timeout']);
  const sagas = await rows(
    'select state, reason, subject_ids from sagas where tenant_id = $1 and correlation_id = $2',
    sessionId,
  );
  assert.equal(sagas.length, 1);
  assert.deepEqual([sagas[0]?.['state'], sagas[0]?.['reason']], ['completed', 'inactivity_timeout']);
  assert.equal((await sessionOf(sessionId))?.status, 'expired');
  assert.notEqual(await write(), sessionId);
  assertNoGaps(await logOf(database, shop));
});

/** A command that has been run and is not committed before `commit` is called. */
async function uncommitted(sessionId: string, type: string, data: object) {
  let commit = (): void => {};
  const wanted = new Promise<void>((resolve) => {
    commit = resolve;
  });
  const cause = { causationId: randomUUID(), correlationId: randomUUID() };
  let over: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    over = inTenant(database.pool, shop.tenantId, async (tx) => {
      await execute(database, tx, aggregates.session, sessionId, { type, data } as never, cause, { lock: true });
      resolve();
      await wanted;
    });
    over.catch(reject);
  });
  return async () => {
    commit();
    await over;
  };
}

test('a message that is being counted when the time is up keeps the session from ending', async () => {
  await policy({ inactivitySeconds: 60 });
  const sessionId = await write();
  seconds(60);
  const message = { messageId: randomUUID(), fromContact: true, recordedAt: clock.now().toISOString() };
  const commit = await uncommitted(sessionId, 'session.record_message', message);
  const tended = tend(sessionId);
  await waitsForLock();
  await commit();
  const { endReason, due } = await tended;
  assert.deepEqual([endReason, due], [null, { what: 'close', inMs: 60_000 }]);
});

test('a message that comes while the session ends begins another', async () => {
  const sessionId = await write();
  const commit = await uncommitted(sessionId, 'session.close', { reason: 'inactivity_timeout' });
  const next = write();
  await waitsForLock();
  await commit();
  assert.notEqual(await next, sessionId);
  assert.equal((await sessionOf(sessionId))?.status, 'expired');
});

test('a person ends it meanwhile: nothing more is done than that its agents leave', async () => {
  await policy({ inactivitySeconds: 60, autoAssign: true });
  const agentId = await agent();
  const sessionId = await write();
  assert.deepEqual((await tend(sessionId)).did, ['assign']);
  await command('session', sessionId, 'session.close', { reason: 'manual_close' });
  seconds(600);
  const tended = await tend(sessionId);
  assert.deepEqual([tended.endReason, tended.did, tended.due], ['manual_close', [], null]);
  assert.deepEqual(await storyOf(sessionId), [
    'session.started session',
    'session.agent_assigned assign',
    'agent_session.joined agents',
    'session.ended',
    'agent_session.left end',
  ]);
  assert.equal((await sessionOf(sessionId))?.agent_id, agentId);
});

test('the contact waits: it goes from agent to agent, each joins and leaves, and up when nobody is left', async () => {
  await policy({ inactivitySeconds: 3_600, reassignSeconds: 60, autoAssign: true });
  const agents = [await agent(), await agent()];
  const sessionId = await write();
  const first = await tend(sessionId);
  assert.deepEqual([first.did, first.due], [['assign'], { what: 'reassign', inMs: 60_000 }]);
  assert.equal((await sessionOf(sessionId))?.agent_id, agents[0]);
  seconds(60);
  assert.deepEqual((await tend(sessionId)).did, ['reassign']);
  assert.equal((await sessionOf(sessionId))?.agent_id, agents[1]);
  seconds(60);
  assert.deepEqual((await tend(sessionId)).did, ['escalate']);
  assert.deepEqual((await tend(sessionId)).did, []);
  assert.deepEqual(await storyOf(sessionId), [
    'session.started session',
    'session.agent_assigned assign',
    'agent_session.joined agents',
    'session.agent_assigned reassign',
    'agent_session.left agents',
    'agent_session.joined agents',
    'session.escalated escalate',
  ]);
  const left = await rows<{ leave_reason: string }>(
    'select leave_reason from agent_sessions where tenant_id = $1 and session_id = $2 and left_at is not null',
    sessionId,
  );
  assert.deepEqual(
    left.map(({ leave_reason }) => leave_reason),
    ['reassigned'],
  );
});

test('an answer ends the wait, one that is taken back does not; whoever leaves by themselves is not brought back', async () => {
  await policy({ inactivitySeconds: 3_600, reassignSeconds: 60, autoAssign: true });
  await agent();
  await agent();
  const sessionId = await write();
  await tend(sessionId);
  const messageId = randomUUID();
  const said = { messageId, fromContact: false, recordedAt: clock.now().toISOString() };
  await command('session', sessionId, 'session.record_message', said);
  assert.equal((await tend(sessionId)).due?.what, 'close');
  const back = { previousMessageAt: said.recordedAt, previousFirstMessageAt: said.recordedAt };
  await command('session', sessionId, 'session.undo_message', { ...said, ...back });
  assert.equal((await tend(sessionId)).due?.what, 'reassign');
  const [part] = await rows<{ id: string }>(
    'select id from agent_sessions where tenant_id = $1 and session_id = $2',
    sessionId,
  );
  assert.ok(part);
  await command('agentSession', part.id, 'agent_session.leave', { reason: 'left' });
  await tend(sessionId);
  assert.equal((await storyOf(sessionId)).filter((line) => line.startsWith('agent_session.joined')).length, 1);
});

test('the contact leaves and comes back; the session that nobody could look after in time ends without what came before', async () => {
  await policy({ inactivitySeconds: 100, abandonSeconds: 50, escalateSeconds: 30 });
  const sessionId = await write();
  await answer(sessionId);
  seconds(50);
  assert.deepEqual((await tend(sessionId)).did, ['abandon']);
  assert.equal(await write(), sessionId);
  assert.deepEqual((await tend(sessionId)).due, { what: 'escalate', inMs: 30_000 });
  seconds(5_000);
  assert.deepEqual((await tend(sessionId)).did, ['abandon', 'close']);
  const [left] = await rows<{ data: Record<string, unknown> }>(
    `select event_data as data from outbox_events where tenant_id = $1 and event_type = 'session.abandoned' order by id`,
  );
  assert.deepEqual([left?.data['conversationStage'], left?.data['messagesBeforeAbandonment']], ['answered', 2]);
});

test("the channel's policy holds in place of the project's, and null means never", async () => {
  const { projectId, channelId } = shop;
  const sessionId = await write();
  assert.equal((await tend(sessionId)).due?.inMs, 1_800_000);
  const own = randomUUID();
  await command('sessionPolicy', own, 'session_policy.create', {
    sessionPolicyId: own,
    projectId,
    inactivitySeconds: 10,
  });
  assert.equal((await tend(sessionId)).due?.inMs, 10_000);
  const narrow = randomUUID();
  const never = { sessionPolicyId: narrow, projectId, channelId, inactivitySeconds: null };
  await command('sessionPolicy', narrow, 'session_policy.create', never);
  assert.equal((await tend(sessionId)).due, null);
  await command('sessionPolicy', narrow, 'session_policy.delete', {});
  assert.equal((await tend(sessionId)).due?.inMs, 10_000);
});

test('one that was stuck is shown as running again, and completed at its end; one that never was there is nothing', async () => {
  const sessionId = await write();
  await tend(sessionId, true);
  const state = async () =>
    (
      await rows<{ state: string }>('select state from sagas where tenant_id = $1 and correlation_id = $2', sessionId)
    )[0]?.state;
  assert.equal(await state(), 'running');
  seconds(1_800);
  await tend(sessionId);
  assert.equal(await state(), 'completed');
  assert.equal((await tend(sessionId, true)).endReason, 'inactivity_timeout');
  assert.equal(await state(), 'completed');
  assert.equal((await tend(randomUUID())).endReason, 'not_found');
  const count = await inTenant(
    database.pool,
    shop.tenantId,
    async (tx) => (await tx.query('select 1 from sagas where saga_type = $1', [sessionSagaType])).rowCount,
  );
  assert.equal(count, 1);
});
