// The saga ProcessGatewayEvent: an event that keeps failing on the short path becomes a saga of its own, stuck and shown, until an operator decides.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import pg from 'pg';
import { aggregates } from '../../db/aggregates.ts';
import { load } from '../../db/execute.ts';
import { listSagas } from '../../db/queries/sagas.ts';
import { inSystem, inTenant } from '../../db/transaction.ts';
import { errorCodeOf } from '../../domain/kernel/errors.ts';
import type { Message } from '../../domain/message/message.ts';
import type { RawEvent } from '../../intake/raw-events.ts';
import { replayRawEvent } from '../../intake/replay-raw-event.ts';
import { createLogger } from '../../platform/log.ts';
import { dispatchDue } from '../../workers/intake/dispatcher.ts';
import {
  gatewayEventSagaType,
  type SagaStatus,
  sagaSignals,
  searchAttributes,
  statusQuery,
} from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { openProduct, type Product } from '../support/product.ts';
import { trouble } from '../support/switchboard.ts';

let product: Product;
const from = '5511987654321@c.us';

before(async () => {
  product = await openProduct('gateway-event-saga');
  await product.startWorker((_, activities) => ({
    ...activities,
    // What is worth retrying is retried at once: stuck comes after fifteen tries, not after 45 s.
    applyGatewayEvent: (...given: Parameters<typeof activities.applyGatewayEvent>) =>
      activities.applyGatewayEvent(...given).catch((error: unknown) => {
        throw errorCodeOf(error) === 'internal' ? trouble() : error;
      }),
  }));
});
after(() => product.close());

async function asAdmin(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: product.stack.adminUrl });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

let count = 0;

function gatewayEvent(event: string, payload: object): object {
  count += 1;
  const id = `evt_${String(count).padStart(26, '0')}`;
  const me = { id: '5511900000001@c.us' };
  return { id, timestamp: 1_790_000_000_000 + count * 1_000, event, session: 'default', me, payload };
}

/** A message of ours that can't be changed for the time being, and an acknowledgement of it. */
async function storeFailing(innerId: string): Promise<{ raw: RawEvent; mend: () => Promise<void> }> {
  const id = `true_${from}_${innerId}`;
  const message = { id, to: from, from: '5511900000001@c.us', fromMe: true, body: 'Oi', hasMedia: false };
  const sent = gatewayEvent('message', { ...message, timestamp: 1_790_000_000 });
  assert.equal(await product.runSaga(await product.store(sent)), 'completed');
  const name = `broken_${innerId.toLowerCase()}`;
  await asAdmin(
    `create function ${name}() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`,
  );
  await asAdmin(
    `create trigger ${name} before update on messages for each row when (old.channel_message_id = '${innerId}') execute function ${name}()`,
  );
  const raw = await product.store(gatewayEvent('message.ack', { id, from, fromMe: true, ack: 3, ackName: 'READ' }));
  return { raw, mend: () => asAdmin(`drop trigger ${name} on messages`) };
}

/** Makes everything due and looks once. */
async function dispatch(): Promise<void> {
  const { database, temporal, stack } = product;
  await inSystem(database.systemPool, (tx) =>
    tx.query(`update raw_events set next_attempt_at = now() where status in ('stored', 'started')`),
  );
  const log = createLogger({ name: 'test', level: 'silent' });
  const taskQueue = stack.config.TEMPORAL_TASK_QUEUE;
  await dispatchDue({ database, temporal, taskQueue, publicUrl: 'http://127.0.0.1:1', log });
}

/** Until it is stuck in a saga. */
async function failOnShortPath(raw: RawEvent): Promise<WorkflowHandle> {
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await dispatch();
    assert.deepEqual(await stored(raw), { status: 'stored', attempts: attempt, workflowId: null });
  }
  await dispatch();
  const workflowId = `gateway-event-${raw.id}-1`;
  assert.deepEqual(await stored(raw), { status: 'started', attempts: 5, workflowId });
  const handle = product.temporal.client.workflow.getHandle(workflowId);
  await eventually(async () => (await sagaOf(handle))?.state === 'stuck', { timeoutMs: 30_000 });
  return handle;
}

const stored = ({ id }: RawEvent) =>
  inTenant(product.database.pool, product.tenantId, async (tx) => {
    const { rows } = await tx.query(
      'select status, attempts, workflow_id as "workflowId" from raw_events where id = $1',
      [id],
    );
    return rows[0];
  });

const sagaOf = ({ workflowId }: WorkflowHandle) =>
  inTenant(product.database.pool, product.tenantId, async (tx) => {
    const { data } = await listSagas(tx, { sagaType: gatewayEventSagaType }, { limit: 50, cursor: undefined });
    return data.find((saga) => saga.workflowId === workflowId);
  });

const messageOf = (innerId: string): Promise<Message> =>
  inTenant(product.database.pool, product.tenantId, async (tx) => {
    const { rows } = await tx.query<{ id: string }>('select id from messages where channel_message_id = $1', [innerId]);
    return (await load(product.database, tx, aggregates.message, rows[0]?.id ?? '')).state;
  });

test('stuck and shown; once the cause is gone a retry completes it, and the event is processed', async () => {
  const { raw, mend } = await storeFailing('RETRIED1');
  const handle = await failOnShortPath(raw);
  const saga = await sagaOf(handle);
  assert.deepEqual([saga?.step, saga?.endedAt], ['apply', null]);
  assert.match(saga?.reason ?? '', /^internal: /);
  const { state, signals } = await handle.query<SagaStatus>(statusQuery);
  assert.deepEqual([state, signals], ['stuck', ['retry', 'abort', 'pause']]);
  const { typedSearchAttributes } = await handle.describe();
  assert.equal(typedSearchAttributes.get(searchAttributes.sagaType), 'ProcessGatewayEvent');
  // It is the saga's now: the dispatcher lets it be.
  await dispatch();
  assert.equal((await stored(raw))?.['status'], 'started');
  await mend();
  assert.equal((await messageOf('RETRIED1')).status, 'sent');
  await handle.signal(sagaSignals.retry);
  await handle.result();
  assert.equal((await sagaOf(handle))?.state, 'completed');
  assert.equal((await stored(raw))?.['status'], 'processed');
  assert.equal((await messageOf('RETRIED1')).status, 'read');
});

test('aborted: the event is marked failed, and can be run again', async () => {
  const { raw, mend } = await storeFailing('ABORTED1');
  const handle = await failOnShortPath(raw);
  await handle.signal(sagaSignals.abort);
  await assert.rejects(handle.result());
  const saga = await sagaOf(handle);
  assert.deepEqual([saga?.state, saga?.reason, saga?.endedAt === null], ['failed', 'aborted', false]);
  assert.equal((await stored(raw))?.['status'], 'failed');
  await mend();
  // Only an operator brings it back.
  await dispatch();
  assert.equal((await stored(raw))?.['status'], 'failed');
  const replayed = await inTenant(product.database.pool, product.tenantId, (tx) =>
    replayRawEvent(tx, product.database.keysOf, raw.id),
  );
  assert.deepEqual([replayed?.outcome, replayed?.runNumber], ['queued', 2]);
  await dispatch();
  assert.equal((await stored(raw))?.['status'], 'processed');
  assert.equal((await messageOf('ABORTED1')).status, 'read');
});
