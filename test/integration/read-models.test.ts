// From a command to its read models and workflows, through the real relay and consumer processes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createListener } from '../../db/listener.ts';
import { eventPlace } from '../../db/seal-event.ts';
import { inTenant } from '../../db/transaction.ts';
import { encodeDelivery } from '../../workers/consumers/encode-delivery.ts';
import { createSender } from '../support/deliver.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess, type TestProcess } from '../support/process.ts';
import { openProduct, type Product } from '../support/product.ts';
import { type Command, runCommand } from '../support/run-command.ts';

let product: Product;
let relay: TestProcess;
let consumer: TestProcess;
const ids = { contact: '', session: '' };

before(async () => {
  product = await openProduct('read-models');
  [relay, consumer] = await Promise.all([
    startProcess({ file: 'workers/relay.ts', environment: product.stack.environment }),
    startProcess({ file: 'workers/consumer.ts', environment: product.stack.environment }),
  ]);
  const { tenantId, projectId, channelId, database } = product;
  ids.contact = database.ids.next();
  ids.session = database.ids.next();
  await run('contact', ids.contact, 'contact.create', {
    contactId: ids.contact,
    projectId,
    tenantId,
    name: 'Canary Person',
    phone: '5511987650001',
  });
  await run('session', ids.session, 'session.start', {
    sessionId: ids.session,
    contactId: ids.contact,
    projectId,
    tenantId,
    channelId,
    channelTypeId: database.ids.next(),
  });
});
after(async () => {
  await relay.kill();
  await consumer.kill();
  await product.close();
});

const run = (...command: Command) => runCommand(product, ...command);

async function rowsOf<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> {
  const { rows } = await inTenant(product.database.pool, product.tenantId, (tx) => tx.query(sql, values));
  return rows as Row[];
}

async function queueMessage(): Promise<string> {
  const { database, projectId, tenantId, channelId } = product;
  const messageId = database.ids.next();
  await run('message', messageId, 'message.queue', {
    messageId,
    projectId,
    tenantId,
    channelId,
    contactId: ids.contact,
    sessionId: ids.session,
    source: 'manual',
    messageType: 'text',
    body: 'Canary words',
  });
  return messageId;
}

describe('read models', () => {
  test('the timeline holds contact, session and message events, sealed, with titles that say nothing personal', async (t) => {
    let rings = 0;
    const bell = createListener({
      url: product.stack.systemUrl,
      name: 'read-models',
      channels: ['contact_timeline'],
      onRing: () => {
        rings += 1;
      },
    });
    t.after(() => bell.close());
    await eventually(() => rings > 0);
    const before = rings;
    const messageId = await queueMessage();
    // Somebody else's reaction shows in the timeline of the message's contact.
    await run('message', messageId, 'message.set_reaction', {
      contactId: product.database.ids.next(),
      fromMe: false,
      reaction: '👍',
      reactedAt: new Date().toISOString(),
    });
    await run('session', ids.session, 'session.close', { reason: 'manual_close' });
    const entries = await eventually(async () => {
      const rows = await rowsOf<{
        event_type: string;
        category: string;
        title: string;
        payload: { data: Record<string, unknown>; aggregateId: string };
        visible_to_client: boolean;
      }>(
        'select event_type, category, title, payload, visible_to_client from contact_events where contact_id = $1 order by position',
        [ids.contact],
      );
      return rows.length >= 6 && rows;
    });
    const byType = new Map(entries.map((entry) => [entry.event_type, entry]));
    assert.deepEqual([...byType.keys()].sort(), [
      'contact.created',
      'contact.phone_set',
      'message.created',
      'message.reaction_set',
      'session.ended',
      'session.started',
    ]);
    assert.equal(byType.get('session.ended')?.category, 'session');
    assert.equal(byType.get('message.created')?.title, 'Message to the contact');
    assert.equal(byType.get('message.created')?.payload.aggregateId, messageId);
    assert.equal(byType.get('contact.phone_set')?.visible_to_client, false);
    assert.ok(!/Canary|98765/.test(JSON.stringify(entries)), 'personal data stands open in the timeline');
    const created = byType.get('contact.created');
    assert.ok(created);
    const { display } = created.payload.data['name'] as { display: string };
    const place = eventPlace(product.tenantId, ids.contact, 'contact.created', 'name.display');
    const opened = await inTenant(product.database.pool, product.tenantId, (tx) =>
      product.database.keysOf(tx).open(display, place),
    );
    assert.equal(opened, 'Canary Person');
    await eventually(() => rings > before);
  });

  test('a message’s delivery follows its statuses, only forward', async () => {
    const messageId = await queueMessage();
    const [sentAt, readAt] = ['2026-01-31T12:00:01.000Z', '2026-01-31T12:00:03.000Z'];
    await run('message', messageId, 'message.apply_status', {
      status: 'sent',
      at: sentAt,
      channelMessageId: 'GATEWAY1',
    });
    await run('message', messageId, 'message.apply_status', { status: 'read', at: readAt });
    const row = await eventually(async () => {
      const [found] = await rowsOf<Record<string, unknown>>('select * from message_deliveries where message_id = $1', [
        messageId,
      ]);
      return found?.['status'] === 'read' && found;
    });
    assert.deepEqual(
      [row['sent_at'], row['read_at'], row['delivered_at'], row['failed_at']],
      [new Date(sentAt), new Date(readAt), null, null],
    );
    assert.ok(row['queued_at'] instanceof Date);
    assert.equal(row['last_sequence'], 3);
  });

  test('a queued message starts its workflow once, also when its event comes again after the workflow has ended', async () => {
    const { temporal, database, projectId, tenantId, channelId } = product;
    const messageId = await queueMessage();
    const handle = temporal.client.workflow.getHandle(`send-message-${messageId}`);
    const { runId, type } = await eventually(() => handle.describe());
    assert.equal(type, 'sendMessage');
    await handle.terminate();
    const [stored] = await rowsOf<{ event_id: string; correlation_id: string; event_data: Record<string, unknown> }>(
      "select event_id, correlation_id, event_data from outbox_events where aggregate_id = $1 and event_type = 'message.created'",
      [messageId],
    );
    assert.ok(stored);
    // Its claim is gone, as after the retention of processed_events: only the workflow's id guards.
    await inTenant(database.pool, tenantId, (tx) =>
      tx.query('update processed_events set consumer_name = consumer_name || $2 where event_id = $1', [
        stored.event_id,
        '-former',
      ]),
    );
    const sender = await createSender(product.stack.config);
    await sender.send([
      {
        skip: false,
        event: {
          id: stored.event_id,
          type: 'message.created',
          version: 1,
          source: 'test',
          time: new Date().toISOString(),
          tenantId,
          projectId,
          aggregateType: 'message',
          aggregateId: messageId,
          sequence: 1,
          correlationId: stored.correlation_id,
          causationId: stored.event_id,
          traceparent: null,
          saga: null,
          data: stored.event_data,
        },
      },
    ]);
    await sender.close();
    await eventually(
      async () =>
        (
          await rowsOf("select 1 from processed_events where event_id = $1 and consumer_name = 'workflow_starter'", [
            stored.event_id,
          ])
        ).length === 1,
    );
    assert.equal((await temporal.client.workflow.getHandle(`send-message-${messageId}`).describe()).runId, runId);
    // A message that came in starts nothing.
    const received = database.ids.next();
    await run('message', received, 'message.receive', {
      messageId: received,
      projectId,
      tenantId,
      channelId,
      contactId: ids.contact,
      sessionId: ids.session,
      source: 'webhook',
      messageType: 'text',
      body: 'x',
      fromMe: false,
      channelMessageId: 'IN1',
      arrival: 1,
      sentAt: new Date().toISOString(),
      status: 'delivered',
    });
    await eventually(
      async () =>
        (
          await rowsOf(
            "select 1 from processed_events p join outbox_events o using (event_id) where aggregate_id = $1 and consumer_name = 'workflow_starter'",
            [received],
          )
        ).length === 1,
    );
    await assert.rejects(temporal.client.workflow.getHandle(`send-message-${received}`).describe());
  });

  test('both processes tell their figures and stop in order', async () => {
    const metrics = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();
    assert.match(await metrics(relay.url), /messaging_outbox_published_total\{[^}]*\} [1-9]/);
    assert.match(await metrics(relay.url), /messaging_relay_partitions\{[^}]*\} 64/);
    assert.match(
      await metrics(consumer.url),
      /messaging_consumer_effects_total\{consumer="contact_event_consumer",effect="done"[^}]*\} [1-9]/,
    );
    assert.deepEqual(await Promise.all([relay.stop(), consumer.stop()]), [0, 0]);
    const { rows } = await product.database.systemPool.query<{ owned: number }>(
      'select count(owner) as owned from relay_leases',
    );
    assert.equal(rows[0]?.owned, 0);
  });
});

test('a delivery encoded again is what the relay sent', () => {
  const event = {
    id: '018f5a10-0000-7000-8000-000000000001',
    type: 'a.b',
    version: 2,
    source: 's',
    time: '2026-01-31T12:00:00.000Z',
    tenantId: 't',
    projectId: null,
    aggregateType: 'a',
    aggregateId: '018f5a10-0000-7000-8000-000000000002',
    sequence: 3,
    correlationId: 'c',
    causationId: 'd',
    traceparent: null,
    saga: { correlationId: 'e', sagaType: 'F', sagaStep: 'g', stepNumber: 4 },
    data: { h: 1 },
  };
  const { headers, body } = encodeDelivery({ event, skip: true });
  assert.equal(headers['skipmarker'], true);
  assert.equal(headers['cloudEvents:sagastep'], 'g');
  assert.equal(body.toString(), 'null');
});
