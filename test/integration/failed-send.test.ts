// The gateway may say that a message failed before it answers the call that sends it: the message stays failed, and its saga says so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { applyGatewayEvent } from '../../activities/gateway-events/apply-gateway-event.ts';
import { aggregates } from '../../db/aggregates.ts';
import { execute, load } from '../../db/execute.ts';
import { inTenant, inTenantRetrying } from '../../db/transaction.ts';
import type { Message } from '../../domain/message/message.ts';
import { loadRawEvent } from '../../intake/raw-events.ts';
import { readGatewayEvent } from '../../intake/read-gateway-event.ts';
import { createWahaClient } from '../../integrations/waha/client.ts';
import { WahaError } from '../../integrations/waha/waha-error.ts';
import { workflowNames } from '../../workflows/names.ts';
import { openProduct, type Product } from '../support/product.ts';

let product: Product;
const receiver = '5511980000001@c.us';

before(async () => {
  product = await openProduct('failed-send');
  const gateway = createWahaClient({ baseUrl: 'http://127.0.0.1:1', apiKey: '', timeoutMs: 1_000 });
  await product.startWorker(undefined, {
    gateway: {
      ...gateway,
      newMessageId: async () => `3EB0${product.database.ids.next().replaceAll('-', '').toUpperCase()}`,
      checkExists: async () => ({ exists: true, chatId: receiver }),
      // The acknowledgement is applied while the call is under way; then comes the answer, or none.
      async sendText({ id, text }) {
        await tell('message.ack', { id: `true_${receiver}_${id}`, from: receiver, fromMe: true, ack: -1 });
        if (text === 'no answer') throw new WahaError('timeout_unknown', 'sendText: no answer');
        return { innerId: id ?? '', fromMe: true };
      },
    },
  });
});
after(() => product.close());

let told = 0;

/** Stores and applies an event of the gateway, as the dispatcher does. */
async function tell(event: string, payload: object): Promise<string> {
  told += 1;
  const id = `evt_${String(told).padStart(26, '0')}`;
  const timestamp = 1_790_000_000_000 + told;
  const raw = await product.store({
    id,
    timestamp,
    event,
    session: 'default',
    me: { id: '5511900000001@c.us' },
    payload,
  });
  const { database } = product;
  return inTenantRetrying(database.pool, product.tenantId, async (tx) => {
    const stored = await loadRawEvent(tx, database.keysOf, raw.id, true);
    const publicUrl = 'http://127.0.0.1:1';
    const read = readGatewayEvent(stored?.body ?? '', raw.receivedAt);
    return (await applyGatewayEvent({ database, tx, raw, event: read, publicUrl })).outcome;
  });
}

async function queue(body: string): Promise<string> {
  const { database, projectId, tenantId, channelId } = product;
  const [contactId, messageId] = [database.ids.next(), database.ids.next()];
  const cause = { causationId: messageId, correlationId: messageId };
  const place = { projectId, tenantId };
  await inTenant(database.pool, tenantId, async (tx) => {
    const phone = `551198000${String(told + 10).padStart(4, '0')}`;
    const contact = { ...place, contactId, name: 'Receiver', phone };
    await execute(database, tx, aggregates.contact, contactId, { type: 'contact.create', data: contact }, cause);
    const data = { ...place, messageId, channelId, contactId, source: 'manual', messageType: 'text', body };
    await execute(database, tx, aggregates.message, messageId, { type: 'message.queue', data }, cause);
  });
  return messageId;
}

/** Sends it; gives how the workflow ended. */
function send(messageId: string): Promise<string> {
  return product.temporal.client.workflow
    .execute(workflowNames.sendMessage, {
      taskQueue: product.stack.taskQueue,
      workflowId: `send-message-${messageId}`,
      args: [{ tenantId: product.tenantId, messageId }],
    })
    .then(
      () => 'completed',
      (error: Error & { cause?: Error }) => error.cause?.message ?? error.message,
    );
}

const messageOf = (id: string): Promise<Message> =>
  inTenant(product.database.pool, product.tenantId, async (tx) => {
    return (await load(product.database, tx, aggregates.message, id)).state;
  });

async function sagaOf(messageId: string) {
  const { rows } = await inTenant(product.database.pool, product.tenantId, (tx) =>
    tx.query<{ state: string; reason: string }>('select state, reason from sagas where correlation_id = $1', [
      messageId,
    ]),
  );
  return rows[0];
}

for (const text of ['an answer', 'no answer'])
  test(`failed before the answer (${text}): the message stays failed, the saga fails with the reason`, async () => {
    const messageId = await queue(text);
    assert.match(await send(messageId), /failed: rule_violated: .*gateway_reported_error/);
    const { status, failureReason, sentAt, channelMessageId } = await messageOf(messageId);
    assert.deepEqual([status, failureReason, sentAt], ['failed', 'gateway_reported_error', null]);
    const saga = await sagaOf(messageId);
    assert.equal(saga?.state, 'failed');
    assert.match(saga?.reason ?? '', /gateway_reported_error/);
    // The echo shows what the phone has, which is not that it was sent; an acknowledgement is.
    const id = `true_${receiver}_${channelMessageId}`;
    const message = { id, to: receiver, fromMe: true, timestamp: 1_790_000_000, body: text, hasMedia: false };
    const echo = { ...message, from: '5511900000001@c.us', source: 'api', ack: 0 };
    assert.equal(await tell('message.any', echo), 'processed');
    assert.equal((await messageOf(messageId)).status, 'failed');
    assert.equal(await tell('message.ack', { id, from: receiver, fromMe: true, ack: 1 }), 'processed');
    assert.equal((await messageOf(messageId)).status, 'sent');
  });

test('failed before it was sent: nothing is sent', async () => {
  const messageId = await queue('never');
  const { database, tenantId } = product;
  const data = { status: 'failed', at: new Date().toISOString(), failureReason: 'somebody_said_so' };
  await inTenant(database.pool, tenantId, (tx) => {
    const cause = { causationId: messageId, correlationId: messageId };
    return execute(database, tx, aggregates.message, messageId, { type: 'message.apply_status', data }, cause);
  });
  assert.match(await send(messageId), /failed: rule_violated: .*somebody_said_so/);
  assert.equal((await sagaOf(messageId))?.state, 'failed');
});
