// The intake dispatcher on real servers: the short path of acks, edits, reactions and revokes, what waits for its message, echoes, duplicates, sweeping.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { execute, load } from '../../db/execute.ts';
import { inSystem, inTenant } from '../../db/transaction.ts';
import type { Message } from '../../domain/message/message.ts';
import type { RawEvent } from '../../intake/raw-events.ts';
import { replayRawEvent } from '../../intake/replay-raw-event.ts';
import { startInboundSaga } from '../../intake/start-inbound-saga.ts';
import { createLogger } from '../../platform/log.ts';
import { dispatchDue, startDispatcher } from '../../workers/intake/dispatcher.ts';
import { channelStage } from '../support/channel-stage.ts';
import { eventually } from '../support/eventually.ts';
import { openProduct, type Product } from '../support/product.ts';

let product: Product;
const outcomes: string[] = [];

before(async () => {
  product = await openProduct('dispatcher');
  await product.startWorker();
});
after(() => product.close());
beforeEach(() => {
  outcomes.length = 0;
});

let count = 0;
const from = '5511987654321@c.us';

/** A gateway event of the account's only session. */
function gatewayEvent(event: string, payload: object): object {
  count += 1;
  return {
    id: `evt_${String(count).padStart(26, '0')}`,
    timestamp: 1_790_000_000_000 + count * 1_000,
    event,
    session: 'default',
    me: { id: '5511900000001@c.us' },
    payload,
  };
}
const text = (innerId: string, more: object = {}) =>
  gatewayEvent('message', {
    id: `false_${from}_${innerId}`,
    timestamp: 1_790_000_000,
    from,
    fromMe: false,
    body: 'Oi',
    hasMedia: false,
    ...more,
  });

/** Makes everything due and looks until nothing is. */
async function dispatchAll(): Promise<void> {
  const { database, temporal, stack } = product;
  await inSystem(database.systemPool, (tx) =>
    tx.query(`update raw_events set next_attempt_at = now() where status = 'stored'`),
  );
  const log = createLogger({ name: 'test', level: stack.config.LOG_LEVEL });
  const onSettled = (kind: string, outcome: string) => outcomes.push(`${kind} ${outcome}`);
  await dispatchDue({
    database,
    temporal,
    taskQueue: stack.config.TEMPORAL_TASK_QUEUE,
    publicUrl: 'http://127.0.0.1:1',
    log,
    onSettled,
  });
}

const statusOf = async ({ id }: RawEvent): Promise<string> =>
  inTenant(product.database.pool, product.tenantId, async (tx) =>
    String((await tx.query('select status from raw_events where id = $1', [id])).rows[0]?.['status']),
  );

const messageOf = async (innerId: string): Promise<Message> =>
  inTenant(product.database.pool, product.tenantId, async (tx) => {
    const { rows } = await tx.query<{ id: string }>('select id from messages where channel_message_id = $1', [innerId]);
    return (await load(product.database, tx, aggregates.message, rows[0]?.id ?? '')).state;
  });

test('what was told of a message before it is known waits, and is applied when it comes', async () => {
  const early = [
    await product.store(
      gatewayEvent('message.ack', { id: `false_${from}_EARLY1`, from, fromMe: false, ack: 3, ackName: 'READ' }),
    ),
    await product.store(
      gatewayEvent('message.edited', { id: `false_${from}_E2`, from, editedMessageId: 'EARLY1', body: 'Olá' }),
    ),
    await product.store(
      gatewayEvent('message.reaction', {
        id: `false_${from}_R1`,
        from,
        fromMe: false,
        timestamp: 1_790_000_002.5,
        reaction: { text: '👍', messageId: `false_${from}_EARLY1` },
      }),
    ),
  ];
  await dispatchAll();
  assert.deepEqual(await Promise.all(early.map(statusOf)), ['waiting', 'waiting', 'waiting']);
  assert.equal(await product.runSaga(await product.store(text('EARLY1'))), 'completed');
  await dispatchAll();
  assert.deepEqual(await Promise.all(early.map(statusOf)), ['processed', 'processed', 'processed']);
  const message = await messageOf('EARLY1');
  assert.equal(message.status, 'read');
  assert.equal(message.body, 'Olá');
  assert.deepEqual(
    message.reactions.map(({ reaction }) => reaction),
    ['👍'],
  );
});

test('statuses only move forward, in whatever order acks come', async () => {
  assert.equal(
    await product.runSaga(
      await product.store(
        text('ORDER1', { fromMe: true, to: from, from: '5511900000001@c.us', id: `true_${from}_ORDER1` }),
      ),
    ),
    'completed',
  );
  for (const ack of [3, 1, 2, 4, 3])
    await product.store(gatewayEvent('message.ack', { id: `true_${from}_ORDER1`, from, fromMe: true, ack }));
  await dispatchAll();
  const message = await messageOf('ORDER1');
  assert.equal(message.status, 'played');
});

test('a revoke empties the message; a later edit changes nothing', async () => {
  assert.equal(await product.runSaga(await product.store(text('GONE1'))), 'completed');
  await product.store(
    gatewayEvent('message.revoked', { after: { id: `false_${from}_X` }, revokedMessageId: 'GONE1', before: null }),
  );
  await product.store(
    gatewayEvent('message.edited', { id: `false_${from}_E3`, from, editedMessageId: 'GONE1', body: 'again' }),
  );
  await dispatchAll();
  const message = await messageOf('GONE1');
  assert.equal(message.body, null);
  assert.notEqual(message.revokedAt, null);
});

test('the same message under another event and address is one message and teaches the other identity', async () => {
  assert.equal(
    await product.runSaga(
      await product.store(text('PAIR1', { from: '100000000000042@lid', id: 'false_100000000000042@lid_PAIR1' })),
    ),
    'completed',
  );
  const second = await product.store(
    gatewayEvent('message.any', {
      id: 'false_5511912340042@c.us_PAIR1',
      timestamp: 1_790_000_000,
      from: '5511912340042@c.us',
      fromMe: false,
      body: 'Oi',
    }),
  );
  await dispatchAll();
  assert.equal(await statusOf(second), 'duplicate');
  assert.equal(
    await product.runSaga(
      await product.store(text('PAIR2', { from: '5511912340042@c.us', id: 'false_5511912340042@c.us_PAIR2' })),
    ),
    'completed',
  );
  const [one, two] = [await messageOf('PAIR1'), await messageOf('PAIR2')];
  assert.equal(one.contactId, two.contactId);
});

test('a stored message that no workflow took is started by the sweep', async () => {
  const raw = await product.store(text('SWEPT1'));
  await dispatchAll();
  assert.deepEqual(outcomes, ['message needs_saga']);
  await eventually(async () => (await statusOf(raw)) === 'processed');
  assert.equal((await messageOf('SWEPT1')).body, 'Oi');
});

test('the gateway says WORKING: the channel is active; a brief fall does not count, a lasting one does', async () => {
  const status = (name: string) => product.store(gatewayEvent('session.status', { name: 'default', status: name }));
  const channel = () =>
    inTenant(product.database.pool, product.tenantId, (tx) =>
      load(product.database, tx, aggregates.channel, product.channelId),
    );
  await status('WORKING');
  await dispatchAll();
  assert.equal((await channel()).state.status, 'active');
  const fall = await status('STOPPED');
  await dispatchAll();
  assert.equal(await statusOf(fall), 'stored');
  assert.equal((await channel()).state.status, 'active');
  await inSystem(product.database.systemPool, (tx) =>
    tx.query(`update raw_events set received_at = received_at - interval '1 minute' where id = $1`, [fall.id]),
  );
  await dispatchAll();
  assert.equal((await channel()).state.status, 'disconnected');
  await status('WORKING');
  await dispatchAll();
  assert.equal((await channel()).state.status, 'active');
});

test('while a channel is being activated its saga decides; word that comes when that is over does not count', async () => {
  const { ask, channel, activation, shop } = await channelStage(product);
  const { database } = product;
  const store = (status: string, timestamp?: number) =>
    shop.store({ ...gatewayEvent('session.status', { name: 'x', status }), ...(timestamp && { timestamp }) });
  const reasonOf = async ({ id }: RawEvent) =>
    inTenant(database.pool, shop.tenantId, async (tx) => {
      const { rows } = await tx.query('select status, last_error from raw_events where id = $1', [id]);
      return [rows[0]?.['status'], rows[0]?.['last_error']];
    });
  await ask('channel.request_activation');
  const early = await store('WORKING');
  await dispatchAll();
  assert.deepEqual([await reasonOf(early), (await channel()).status], [['processed', null], 'activating']);
  const { workflowId, correlationId } = await activation();
  await inTenant(database.pool, shop.tenantId, (tx) =>
    tx.query(
      `insert into sagas (tenant_id, correlation_id, workflow_id, saga_type, state, ended_at) values ($1, $2, $3, 'ActivateChannel', 'compensated', now())`,
      [shop.tenantId, correlationId, workflowId],
    ),
  );
  await ask('channel.fail_activation', { reason: 'timed_out' });
  const late = await store('WORKING');
  await dispatchAll();
  assert.deepEqual([await reasonOf(late), (await channel()).status], [['ignored', 'activation_over'], 'error']);
  const anew = await store('WORKING', Date.now() + 60_000);
  await dispatchAll();
  assert.deepEqual([await reasonOf(anew), (await channel()).status], [['processed', null], 'active']);
  await ask('channel.deactivate');
  const off = await store('WORKING', Date.now() + 120_000);
  await dispatchAll();
  assert.deepEqual([await reasonOf(off), (await channel()).status], [['ignored', 'switched_off'], 'inactive']);
});

test('a message whose workflow was terminated is marked failed and can be run again', async () => {
  const raw = await product.store(text('TERM1'));
  const { workflowId } = await startInboundSaga(product.temporal.client, 'nobody-polls-here', {
    tenantId: product.tenantId,
    rawEventId: raw.id,
    channelId: product.channelId,
    messageKey: raw.messageKey ?? '',
    runNumber: 1,
  });
  await product.temporal.client.workflow.getHandle(workflowId).terminate('an operator did');
  await dispatchAll();
  assert.equal(await statusOf(raw), 'failed');
  const replayed = await inTenant(product.database.pool, product.tenantId, (tx) =>
    replayRawEvent(tx, product.database.keysOf, raw.id),
  );
  assert.equal(replayed?.outcome, 'queued');
  await dispatchAll();
  await eventually(async () => (await statusOf(raw)) === 'processed');
  assert.equal((await messageOf('TERM1')).body, 'Oi');
});

test('a Temporal that does not answer holds up no ack', async () => {
  assert.equal(
    await product.runSaga(
      await product.store(
        text('HELD1', { fromMe: true, to: from, from: '5511900000001@c.us', id: `true_${from}_HELD1` }),
      ),
    ),
    'completed',
  );
  await product.store(text('HELD2'));
  const ack = await product.store(
    gatewayEvent('message.ack', { id: `true_${from}_HELD1`, from, fromMe: true, ack: 3 }),
  );
  const { database, temporal, stack } = product;
  await inSystem(database.systemPool, (tx) =>
    tx.query(`update raw_events set next_attempt_at = now() where status = 'stored'`),
  );
  let letGo: (error: Error) => void = () => {};
  const silence = new Promise<never>((_, reject) => {
    letGo = reject;
  });
  const dispatcher = startDispatcher({
    database,
    temporal: { client: temporal.client, within: () => silence },
    taskQueue: stack.config.TEMPORAL_TASK_QUEUE,
    publicUrl: 'http://127.0.0.1:1',
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  try {
    await eventually(async () => (await statusOf(ack)) === 'processed');
  } finally {
    letGo(new Error('no answer'));
    await dispatcher.close();
  }
});

test('the sweep takes a stored message within five seconds of its own accord', async () => {
  const { database, temporal, stack } = product;
  const dispatcher = startDispatcher({
    database,
    temporal,
    taskQueue: stack.config.TEMPORAL_TASK_QUEUE,
    publicUrl: 'http://127.0.0.1:1',
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  try {
    const raw = await product.store(text('SWEPT2'));
    await eventually(async () => (await statusOf(raw)) === 'processed', { timeoutMs: 5_000 });
  } finally {
    await dispatcher.close();
  }
});

test('a second event of a message with nothing to store, and an echo of a deleted contact, come to rest', async () => {
  const group = { from: '120363000000000001@g.us', to: '120363000000000001@g.us', fromMe: true, body: 'mine' };
  const first = await product.store(
    gatewayEvent('message.any', { ...group, id: 'true_120363000000000001@g.us_OWN1', timestamp: 1_790_000_000 }),
  );
  await dispatchAll();
  await eventually(async () => ['ignored', 'processed'].includes(await statusOf(first)));
  const second = await product.store(
    gatewayEvent('message', { ...group, id: 'true_120363000000000001@g.us_OWN1', timestamp: 1_790_000_000 }),
  );
  await eventually(async () => {
    await dispatchAll();
    return ['duplicate', 'ignored'].includes(await statusOf(second));
  });
  assert.equal(
    await product.runSaga(
      await product.store(text('DELETED1', { from: '5511955550001@c.us', id: 'false_5511955550001@c.us_DELETED1' })),
    ),
    'completed',
  );
  const { contactId } = await messageOf('DELETED1');
  const cause = { causationId: product.database.ids.next(), correlationId: product.database.ids.next() };
  await inTenant(product.database.pool, product.tenantId, (tx) =>
    execute(product.database, tx, aggregates.contact, contactId, { type: 'contact.delete', data: {} }, cause),
  );
  const echo = await product.store(
    gatewayEvent('message.any', {
      id: 'false_5511955550001@c.us_DELETED1',
      timestamp: 1_790_000_000,
      from: '5511955550001@c.us',
      fromMe: false,
      body: 'Oi',
    }),
  );
  await dispatchAll();
  assert.equal(await statusOf(echo), 'duplicate');
});
