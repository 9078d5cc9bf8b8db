// Messages that fail: the gateway may say so before it answers the call that sends, and contacts may have opted out since the message was queued.
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
let asked = 0;
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
        asked += 1;
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

let queued = 0;

async function queue(body: string, source = 'manual'): Promise<string> {
  const { database, projectId, tenantId, channelId } = product;
  const [contactId, messageId] = [database.ids.next(), database.ids.next()];
  const cause = { causationId: messageId, correlationId: messageId };
  const place = { projectId, tenantId };
  await inTenant(database.pool, tenantId, async (tx) => {
    queued += 1;
    const phone = `551198000${String(queued).padStart(4, '0')}`;
    const contact = { ...place, contactId, name: 'Receiver', phone };
    await execute(database, tx, aggregates.contact, contactId, { type: 'contact.create', data: contact }, cause);
    const data = { ...place, messageId, channelId, contactId, source, messageType: 'text', body };
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

const toContact = (
  id: string,
  type: 'contact.create' | 'contact.opt_out' | 'contact.become_merged' | 'contact.delete',
  data: object,
) =>
  inTenant(product.database.pool, product.tenantId, (tx) =>
    execute(product.database, tx, aggregates.contact, id, { type, data }, { causationId: id, correlationId: id }),
  );

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

test('what nobody asked for is not sent to who opted out since it was queued; answers are, but to nobody who is gone', async () => {
  const before = asked;
  const { projectId, tenantId, database, channelId } = product;
  for (const source of ['broadcast', 'sequence', 'automation', 'system', 'webhook', 'scheduled']) {
    const messageId = await queue('Only today', source);
    await toContact((await messageOf(messageId)).contactId, 'contact.opt_out', { channelId, reason: 'asked to' });
    assert.match(await send(messageId), /rule_violated: .*opted_out/);
    const { status, failureReason } = await messageOf(messageId);
    assert.equal(status, 'failed');
    assert.match(failureReason ?? '', /opted_out/);
    assert.equal((await sagaOf(messageId))?.state, 'failed');
  }
  // Merged meanwhile into somebody who wants nothing.
  const merged = await queue('Only today', 'broadcast');
  const { contactId } = await messageOf(merged);
  const primaryContactId = database.ids.next();
  await toContact(primaryContactId, 'contact.create', { contactId: primaryContactId, projectId, tenantId, name: 'P' });
  await toContact(primaryContactId, 'contact.opt_out', { reason: 'asked to' });
  const merge = { primaryContactId, mergedContactIds: [contactId], mergeStrategy: 'union', projectId };
  await toContact(contactId, 'contact.become_merged', merge);
  assert.match(await send(merged), /rule_violated: .*opted_out/);
  assert.equal(asked, before);
  const written = await queue('an answer');
  await toContact((await messageOf(written)).contactId, 'contact.opt_out', { reason: 'asked to' });
  await send(written);
  assert.equal(asked, before + 1);
  const late = await queue('too late', 'bot');
  await toContact((await messageOf(late)).contactId, 'contact.delete', {});
  assert.match(await send(late), /rule_violated: .*contact_gone/);
  assert.equal(asked, before + 1);
});
