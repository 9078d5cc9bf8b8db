// One of everything for the first tenant of a test API, by commands where there are some; gives the ids by the name they have in paths.
import { randomUUID } from 'node:crypto';
import { aggregates } from '../../db/aggregates.ts';
import { execute } from '../../db/execute.ts';
import { insertEnrichment } from '../../db/insert-enrichment.ts';
import { inTenant } from '../../db/transaction.ts';
import { newAccount, newInvoice, newMeter, newSubscription } from '../causes/billing.ts';
import { newDelivery, newWebhook } from '../causes/webhook.ts';
import type { TestApi } from './api.ts';
import { causeWorld } from './cause-world.ts';
import { addAgent } from './people.ts';
import { seedOutreach } from './seed-outreach.ts';

/** Ids by the first word of their paths: contacts, chats, sessions, messages, enrichments, trackings, sagas … */
export async function seedTenant(api: TestApi): Promise<Readonly<Record<string, string>>> {
  const { database, tenant } = api;
  const { tenantId, projectId, channelId } = tenant;
  const contactId = String((await api.contact({ phone: '5521900000102', tags: ['vip'] }))['id']);
  const [chatId, sessionId, messageId, trackingId, correlationId] = Array.from({ length: 5 }, () =>
    database.ids.next(),
  );
  const ids = { chatId, sessionId, messageId, trackingId, correlationId } as Readonly<Record<string, string>>;
  const cause = { causationId: randomUUID(), correlationId: ids['correlationId'] ?? '' };
  const own = { tenantId, projectId, channelId, contactId };
  const enrichmentId = database.ids.next();
  await inTenant(database.pool, tenantId, async (tx) => {
    const chat = { ...own, chatId, chatType: 'individual', externalId: '5521900000102@c.us' };
    await execute(database, tx, aggregates.chat, ids['chatId'] ?? '', { type: 'chat.create', data: chat }, cause);
    const session = { ...own, sessionId, channelTypeId: randomUUID(), chatId };
    await execute(
      database,
      tx,
      aggregates.session,
      ids['sessionId'] ?? '',
      { type: 'session.start', data: session },
      cause,
    );
    const message = {
      ...own,
      chatId,
      sessionId,
      messageId,
      source: 'webhook',
      messageType: 'text',
      body: 'oi',
      channelMessageId: '3A77',
      fromMe: false,
      arrival: 1,
      sentAt: '2026-06-09T10:13:20.000Z',
    };
    await execute(
      database,
      tx,
      aggregates.message,
      ids['messageId'] ?? '',
      { type: 'message.receive', data: message },
      cause,
    );
    const tracking = { ...own, trackingId, sessionId, source: 'FB_Ads', platform: 'facebook' };
    await execute(
      database,
      tx,
      aggregates.tracking,
      ids['trackingId'] ?? '',
      { type: 'tracking.create', data: tracking },
      cause,
    );
    await insertEnrichment(tx, database.keysOf, {
      id: enrichmentId,
      projectId,
      messageId: ids['messageId'] ?? '',
      contactId,
      mediaUrl: 'https://gateway.example/1.jpg',
      createdAt: '2026-06-09T10:13:20.000Z',
    });
    await tx.query(
      `insert into sagas (tenant_id, correlation_id, workflow_id, saga_type, state, step) values ($1, $2, $3, 'ProcessInboundMessage', 'completed', 'store_message')`,
      [tenantId, correlationId, `inbound-message-${correlationId}`],
    );
    await tx.query(
      `insert into saga_steps (tenant_id, workflow_id, step, step_number, correlation_id, state) values ($1, $2, 'store_message', 1, $3, 'done')`,
      [tenantId, `inbound-message-${correlationId}`, correlationId],
    );
  });
  const pipeline = await api.call('POST', '/v1/pipelines', { body: { projectId, name: 'Sales' } });
  const status = await api.call('POST', `/v1/pipelines/${pipeline.json['id']}/statuses`, {
    body: { name: 'New', statusType: 'open' },
  });
  const world = causeWorld(api);
  const note = await api.call('POST', '/v1/notes', { body: { contactId, content: 'Wants a quote.' } });
  const contactList = await api.call('POST', '/v1/contact-lists', { body: { projectId, name: 'All', isStatic: true } });
  await api.call('POST', `/v1/contact-lists/${contactList.json['id']}/contacts`, { body: { contactIds: [contactId] } });
  const raw = await api.webhook({ event: 'presence.update', session: 'default', payload: { id: 'x' } });
  const key = await api.call('POST', '/v1/api-keys', { body: { name: 'second', scopes: ['read'] } });
  const channelType = await api.call('POST', '/v1/channel-types', { body: { name: 'waha' } });
  const automation = await api.call('POST', '/v1/automations', {
    body: {
      projectId,
      pipelineId: pipeline.json['id'],
      name: 'Greet',
      trigger: { type: 'message.received' },
      rules: [],
    },
  });
  const customField = await api.call('POST', '/v1/custom-fields', {
    body: { projectId, key: 'plan', label: 'Plan', type: 'text' },
  });
  const sessionPolicy = await api.call('POST', '/v1/session-policies', { body: { projectId, channelId } });
  const events = await api.call('GET', '/v1/outbox/events?limit=1');
  const agent = await addAgent(api);
  const part = await api.call('POST', '/v1/agent-sessions', {
    body: { sessionId: ids['sessionId'], agentId: agent['id'] },
  });
  const user = await api.call('POST', '/v1/users', { body: { name: 'Olga', email: 'olga@example.com' } });
  const member = await api.call('POST', '/v1/project-members', {
    body: { projectId, email: 'ivo@example.com', role: 'viewer' },
  });
  const secrets = { accessToken: 'seeded' };
  const credential = await api.call('POST', '/v1/credentials', {
    body: { name: 'Ads', credentialType: 'oauth', secrets },
  });
  return {
    agents: String(agent['id']),
    'agent-sessions': String(part.json['id']),
    users: String(user.json['id']),
    'project-members': String(member.json['id']),
    credentials: String(credential.json['id']),
    projects: projectId,
    channels: channelId,
    automations: String(automation.json['id']),
    'channel-types': String(channelType.json['id']),
    contacts: contactId,
    chats: ids['chatId'] ?? '',
    sessions: ids['sessionId'] ?? '',
    messages: ids['messageId'] ?? '',
    trackings: ids['trackingId'] ?? '',
    enrichments: enrichmentId,
    sagas: ids['correlationId'] ?? '',
    notes: String(note.json['id']),
    'custom-fields': String(customField.json['id']),
    'session-policies': String(sessionPolicy.json['id']),
    'contact-lists': String(contactList.json['id']),
    pipelines: String(pipeline.json['id']),
    'pipeline-statuses': String(status.json['id']),
    'billing-accounts': await newAccount(world),
    subscriptions: await newSubscription(world),
    invoices: await newInvoice(world),
    'usage-meters': await newMeter(world),
    'webhook-subscriptions': await newWebhook(world),
    'webhook-deliveries': await newDelivery(world),
    ...(await seedOutreach(api, contactId)),
    'raw-webhooks': String(raw.json['id']),
    'api-keys': String(key.json['id']),
    outbox: String(events.json.data[0]?.['id']),
  };
}
