// The workflow of a session under a rain of signals, on a real server: none is lost, and no run of it has a long history.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, type TestContext, test } from 'node:test';
import { inTenant } from '../../db/transaction.ts';
import type { DeliveredEvent } from '../../workers/consumers/consumer.ts';
import { createWorkflowStarter } from '../../workers/consumers/workflow-starter.ts';
import {
  type SessionLifecycleResult,
  type SessionLifecycleStatus,
  type SessionNews,
  sagaSignals,
  searchAttributes,
  sessionNewsSignal,
  sessionSagaType,
  statusQuery,
} from '../../workflows/names.ts';
import { delivery } from '../support/deliver.ts';
import { eventually } from '../support/eventually.ts';
import { historyLengths } from '../support/history-lengths.ts';
import { openProduct, type Product } from '../support/product.ts';
import { runCommand } from '../support/run-command.ts';
import { createSwitchboard, failsForGood } from '../support/switchboard.ts';

let product: Product;
const switchboard = createSwitchboard();
before(async () => {
  product = await openProduct('session_signals');
  await product.startWorker((_oneByOne, activities) => switchboard.wrap(activities));
});
after(() => product?.close());

/** A session that time does not end, and its workflow. */
async function begin() {
  const { database, temporal, stack } = product;
  const { tenantId, projectId, channelId } = await product.openShop();
  const [sessionId, contactId, sessionPolicyId] = [randomUUID(), randomUUID(), randomUUID()];
  const command = (name: 'session' | 'sessionPolicy' | 'contact', id: string, type: string, data: object) =>
    runCommand({ database, tenantId }, name, id, type, data);
  const never = { sessionPolicyId, projectId, inactivitySeconds: null };
  await command('sessionPolicy', sessionPolicyId, 'session_policy.create', never);
  await command('contact', contactId, 'contact.create', { tenantId, projectId, contactId, name: 'Ana' });
  const session = { tenantId, projectId, sessionId, contactId, channelId, channelTypeId: randomUUID() };
  await command('session', sessionId, 'session.start', session);
  const starter = createWorkflowStarter({ temporal, taskQueue: stack.taskQueue });
  const handle = temporal.client.workflow.getHandle(`session-lifecycle-${sessionId}`);
  return {
    handle,
    event: (type: string, sequence: number): DeliveredEvent =>
      delivery(sessionId, sequence, { type, aggregateType: 'session', tenantId }).event,
    /** The session's events reach their consumer in one batch. */
    tell: (events: readonly DeliveredEvent[]) =>
      inTenant(database.pool, tenantId, (tx) => starter.handleAll(events, tx, new AbortController().signal)),
    hears: (total: number) =>
      eventually(
        async () => {
          const now = await handle.query<SessionLifecycleStatus>(statusQuery);
          assert.equal(now.messages, total);
          return now;
        },
        { timeoutMs: 30_000 },
      ),
    close: () => command('session', sessionId, 'session.close', { reason: 'manual_close' }),
  };
}

/** No run of the workflow has more events than that. */
async function assertShort(t: TestContext, workflowId: string, most: number): Promise<void> {
  const lengths = await historyLengths(product.temporal.client, workflowId);
  t.diagnostic(`histories of ${lengths.join(', ')} events`);
  assert.ok(Math.max(...lengths) <= most, `histories of ${lengths.join(', ')} events`);
}

/** Of 12,000 messages of one session, so many at a time: the share it may have of a batch. */
const [total, share] = [12_000, 16];

test('12,000 messages of one session, in batches: none is lost, and no run has a long history', async (t) => {
  const { handle, event, tell, hears, close } = await begin();
  for (let sent = 0; sent < total; sent += share)
    await tell(Array.from({ length: share }, (_, n) => event('session.message_recorded', sent + n + 2)));
  assert.ok((await hears(total)).runs >= 1, 'it never continued as new');
  await assertShort(t, handle.workflowId, 500);
  const { typedSearchAttributes } = await handle.describe();
  assert.equal(typedSearchAttributes.get(searchAttributes.sagaType), sessionSagaType);
  await close();
  await tell([event('session.ended', total + 2)]);
  assert.equal(((await handle.result()) as SessionLifecycleResult).endReason, 'manual_close');
  // Its workflow is over: what comes late starts nothing and fails nothing.
  await tell([event('session.message_recorded', total + 3)]);
});

/** What the server lets one run take; see temporal-config/dynamicconfig.yaml. A task is three events, and stands between signals. */
const [mostSignals, tasks] = [2_000, 300];
const isFull = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof Error && /limit for signal/.test(error.cause.message);

test('50 callers at once who send a signal for each message: none is lost, and no history has more than the server lets in', async (t) => {
  const { handle, event, tell, hears } = await begin();
  await tell([event('session.started', 1)]);
  const storm = 2_500;
  let [left, refused] = [storm, 0];
  const signal = async (news: SessionNews): Promise<void> => {
    try {
      await handle.signal(sessionNewsSignal, news);
    } catch (error) {
      if (!isFull(error)) throw error;
      // As the consumer's events do: it waits until there is room.
      refused += 1;
      await eventually(async () => ((await handle.describe()).historyLength ?? 0) < mostSignals);
      await signal(news);
    }
  };
  const call = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await signal({ messages: 1, lastMessageAt: new Date().toISOString(), look: false });
    }
  };
  await Promise.all(Array.from({ length: 50 }, call));
  t.diagnostic(`${storm} signals, ${refused} of them told to wait`);
  await hears(storm);
  await assertShort(t, handle.workflowId, mostSignals + tasks);
  await handle.terminate();
});

test('one that is stuck hears everything, too, in short histories, and is still stuck after it continued as new', async (t) => {
  const { handle, event, tell, hears } = await begin();
  switchboard.put(handle.workflowId, 'tendSession', failsForGood);
  for (let sent = 0; sent < 450; sent += 1) await tell([event('session.message_recorded', sent + 1)]);
  const { runs } = await hears(450);
  assert.ok(runs >= 1, 'it never continued as new');
  // A run that has just begun tries first.
  const isStuckAgain = async () => {
    const { state, signals } = await handle.query<SessionLifecycleStatus>(statusQuery);
    return state === 'stuck' && signals;
  };
  assert.deepEqual(await eventually(isStuckAgain), ['retry', 'abort']);
  await assertShort(t, handle.workflowId, 500);
  switchboard.clear(handle.workflowId, 'tendSession');
  await handle.signal(sagaSignals.retry);
  await eventually(async () => (await handle.query<SessionLifecycleStatus>(statusQuery)).state === 'running');
  await handle.terminate();
});
