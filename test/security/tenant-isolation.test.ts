// No route gives, changes or tells anything of another tenant's things: each route that takes an id is called with another tenant's.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { resources } from '../../api/resources/index.ts';
import { inTenant } from '../../db/transaction.ts';
import { startTestApi, type TestApi, type TestTenant } from '../support/api.ts';
import { seedTenant } from '../support/seed-tenant.ts';

let api: TestApi;
let owner: TestTenant;
let stranger: TestTenant;
let ids: Readonly<Record<string, string>>;
before(async () => {
  api = await startTestApi('tenant_isolation');
  owner = api.tenant;
  stranger = await api.addTenant('tenant-b');
  ids = await seedTenant(api);
});
after(() => api.close());

/** Which of the seeded things a path's id means. */
const kindOf = (path: string): string => path.split('/')[2] ?? '';
const bodies: Readonly<Record<string, unknown>> = {
  updatePipeline: { name: 'Mallory' },
  updateNote: { content: 'Mallory' },
  updateCustomField: { label: 'Mallory' },
  updateSessionPolicy: { inactivitySeconds: 1 },
  setContactCustomFields: { customFields: { plan: 'Mallory' } },
  updateContactList: { name: 'Mallory' },
  addContactListFilterRule: { filterType: 'tag', field: 'tags', operator: 'has', value: 'vip' },
  addContactListContacts: { contactIds: [randomUUID()] },
  removeContactListContacts: { contactIds: [randomUUID()] },
  addPipelineStatus: { name: 'Stolen', statusType: 'open' },
  setPipelineLeadQualification: {
    criteria: [{ key: 'budget', question: 'Is there a budget?', points: 1 }],
    minimumScore: 1,
    statusId: randomUUID(),
  },
  updatePipelineStatus: { name: 'Mallory' },
  updateContact: { name: 'Mallory' },
  addContactTag: { tag: 'stolen' },
  setContactExternalId: { externalId: '1', source: 'shop' },
  removeContactExternalId: { externalId: '1', source: 'shop' },
  setContactSourceChannel: { channelId: randomUUID() },
  enrichContact: { enrichmentSource: 'x', enrichedData: {} },
  optContactOut: { reason: 'x' },
  optContactIn: {},
  enterPipeline: { pipelineId: randomUUID() },
  moveContactStatus: { pipelineId: randomUUID(), statusId: randomUUID() },
  exitPipeline: { pipelineId: randomUUID(), reason: 'x' },
  qualifyContact: { pipelineId: randomUUID(), score: 1, qualified: true, answers: {}, confidence: 1, reasons: [] },
  mergeContacts: { contactIds: [randomUUID()], strategy: 'union' },
  anonymizeContact: {},
  closeSession: { reason: 'manual_close' },
  summarizeSession: { summary: 'x', sentiment: 'neutral', sentimentScore: 0 },
  updateAutomation: { name: 'Mallory' },
  updateChannelType: { provider: 'Mallory' },
  enableChannelHistoryImport: {},
  importChannelHistory: { strategy: 'all' },
  associateChannelPipeline: { pipelineId: randomUUID() },
  assignSession: { agentId: randomUUID() },
  updateUser: { name: 'Mallory' },
  updateAgent: { name: 'Mallory' },
  grantAgentPermission: { permission: 'admin' },
  leaveSession: { reason: 'left' },
  changeProjectMemberRole: { role: 'owner' },
  updateCredential: { name: 'stolen' },
  refreshCredential: { accessToken: 'x', expiresAt: '2100-01-01T00:00:00.000Z' },
  updateBroadcast: { name: 'Mallory' },
  scheduleBroadcast: { scheduledAt: '2999-01-01T00:00:00.000Z' },
  updateSequence: { name: 'Mallory' },
  addSequenceStep: { delay: { amount: 0, unit: 'days' }, message: { type: 'text', content: 'x' } },
  moveSequenceStep: { order: 1 },
  enrollInSequence: { contactIds: [randomUUID()] },
  exitSequenceEnrollment: { reason: 'x' },
  updateCampaign: { name: 'Mallory' },
  addCampaignStep: { step: { stepType: 'delay', delay: { amount: 0, unit: 'days' } } },
  moveCampaignStep: { order: 1 },
  scheduleCampaign: { startDate: '2999-01-01T00:00:00.000Z' },
  enrollInCampaign: { contactIds: [randomUUID()] },
  exitCampaignEnrollment: { reason: 'x' },
  completeEnrichment: { provider: 'x', result: {} },
  cancelSubscription: { when: 'now' },
  changeSubscriptionPrice: { priceId: 'price_2' },
  updateBillingAccount: { name: 'Mallory' },
  updateWebhookSubscription: { name: 'Mallory' },
  rotateWebhookSecret: {},
  failEnrichment: { provider: 'x', reason: 'x' },
  requestChannelPairingCode: { phoneNumber: '5511900000001' },
  answerChannelPasskey: {
    id: 'x',
    rawId: 'x',
    type: 'public-key',
    response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x' },
  },
};

test('every route with an id: 404 for another tenant, and the owner finds everything as it was', async () => {
  // A consumer's name is everybody's; what is in it has its own test.
  const routes = resources.filter(({ path }) => path.includes('{') && !path.startsWith('/v1/consumers/'));
  assert.ok(routes.length > 20);
  const before = await snapshot();
  for (const { path, method, operationId, kind } of routes) {
    const id = ids[kindOf(path)];
    assert.ok(id, `no seeded id for ${path}`);
    const query = operationId === 'explainAutomation' ? `?eventId=${ids['outbox']}` : '';
    const target = path
      .replace(/\{(id|correlationId)\}/, id)
      .replace('{tag}', 'vip')
      .replace(/\{(statusId|ruleId)\}/, ids['pipeline-statuses'] ?? '')
      .replace('{permission}', 'read')
      .replace('{stepId}', randomUUID())
      .concat(query);
    const body = bodies[operationId] ?? bodyOf(operationId);
    const answer = await api.call(method.toUpperCase(), target, {
      key: stranger.key,
      ...(body !== undefined && { body }),
    });
    assert.equal(answer.status, 404, `${operationId}: ${answer.status} ${JSON.stringify(answer.json)}`);
    assert.equal(answer.json['code'], 'not_found');
    if (method === 'get' && kind !== 'stream')
      assert.equal((await api.call('GET', target)).status, 200, `${operationId} of the owner`);
  }
  assert.deepEqual(await snapshot(), before);
});

/** Bodies of routes that other files add; a route with a body and none here fails with its own 400. */
const bodyOf = (operationId: string): unknown =>
  /redrive|discard/i.test(operationId) ? { note: 'not mine' } : undefined;

test('lists show the own things only, whatever ids they are asked with', async () => {
  const lists = resources.filter(
    ({ operationId, method, path }) => method === 'get' && operationId.startsWith('list') && !path.includes('{'),
  );
  for (const { path, operationId } of lists) {
    const own = await api.call('GET', path);
    assert.equal(own.status, 200, operationId);
    const theirs = await api.call('GET', path, { key: stranger.key });
    const shown = new Set(own.json.data.map(({ id, correlationId }) => String(id ?? correlationId)));
    for (const item of theirs.json.data)
      assert.ok(!shown.has(String(item['id'] ?? item['correlationId'])), `${operationId} shows another tenant's`);
  }
  for (const query of [`contactId=${ids['contacts']}`, `sessionId=${ids['sessions']}`, `chatId=${ids['chats']}`]) {
    const { json } = await api.call('GET', `/v1/messages?${query}`, { key: stranger.key });
    assert.deepEqual(json.data, []);
  }
});

test('bodies that name another tenant’s things: 422 that names the field', async () => {
  const call = (path: string, body: unknown) => api.call('POST', path, { key: stranger.key, body });
  const answers = [
    await call('/v1/contacts', { projectId: owner.projectId, name: 'Mallory' }),
    await call('/v1/channels', { projectId: owner.projectId, name: 'x', type: 'waha' }),
    await call('/v1/messages', { channelId: owner.channelId, contactId: ids['contacts'], text: 'x' }),
    await call('/v1/messages', { channelId: stranger.channelId, contactId: ids['contacts'], text: 'x' }),
  ];
  const mine = async (path: string, body: object) => String((await call(path, body)).json['id']);
  const { projectId } = stranger;
  const message = { type: 'text', content: 'x' };
  const contact = await mine('/v1/contacts', { projectId, name: 'Mallory' });
  const list = await mine('/v1/contact-lists', { projectId, name: 'x', isStatic: true });
  const campaign = await mine('/v1/campaigns', { projectId, name: 'x', goalType: 'engagement' });
  await call(`/v1/campaigns/${campaign}/steps`, { step: { stepType: 'delay', delay: { amount: 0, unit: 'days' } } });
  await call(`/v1/campaigns/${campaign}/activate`, undefined);
  const theirs: readonly [string, object][] = [
    [`/v1/contacts/${contact}/merge`, { contactIds: [ids['contacts']], strategy: 'union' }],
    [`/v1/contacts/${contact}/enter-pipeline`, { pipelineId: ids['pipelines'] }],
    [`/v1/contacts/${contact}/source-channel`, { channelId: owner.channelId }],
    [`/v1/contact-lists/${list}/contacts`, { contactIds: [ids['contacts']] }],
    [`/v1/campaigns/${campaign}/enrollments`, { contactIds: [ids['contacts']] }],
    ['/v1/notes', { contactId: ids['contacts'], content: 'x' }],
    ['/v1/broadcasts', { projectId, channelId: owner.channelId, listId: list, name: 'x', message }],
    ['/v1/sequences', { projectId, channelId: owner.channelId, name: 'x' }],
    ['/v1/project-members', { projectId, agentId: ids['agents'], role: 'viewer' }],
  ];
  for (const [path, body] of theirs) {
    const { status, json } = await call(path, body);
    assert.deepEqual([status, json['rule']], [422, 'reference_not_found'], `${path}: ${JSON.stringify(json)}`);
  }
  // The stranger's own channel is not active: that is looked at first, and tells nothing.
  assert.deepEqual(
    answers.map(({ status, json }) => [status, json['rule'], json['errors']?.[0]?.['path']]),
    [
      [422, 'reference_not_found', 'body.projectId'],
      [422, 'reference_not_found', 'body.projectId'],
      [422, 'reference_not_found', 'body.channelId'],
      [422, 'channel_not_active', undefined],
    ],
  );
});

const tables = [
  'projects',
  'channels',
  'contacts',
  'chats',
  'sessions',
  'messages',
  'enrichments',
  'billing_accounts',
  'subscriptions',
  'invoices',
  'usage_meters',
  'webhook_subscriptions',
  'webhook_deliveries',
  'automation_waits',
  'broadcasts',
  'sequences',
  'sequence_enrollments',
  'campaigns',
  'campaign_enrollments',
  'enrollment_steps',
  'notes',
  'custom_fields',
  'session_policies',
  'contact_lists',
  'contact_list_members',
  'contact_list_runs',
  'contact_list_run_changes',
  'pipelines',
  'pipeline_statuses',
  'raw_events',
  'api_keys',
  'users',
  'agents',
  'agent_sessions',
  'project_members',
  'credentials',
  'credential_refreshes',
  'one_time_tokens',
];

function snapshot(): Promise<Readonly<Record<string, unknown>>> {
  return inTenant(api.database.pool, owner.tenantId, async (tx) => {
    const found: Record<string, unknown> = {};
    for (const table of tables) {
      const columns = table === 'api_keys' ? 'id, name, scopes, revoked_at' : '*';
      const { rows } = await tx.query(`select ${columns} from ${table} order by 1`);
      found[table] = rows;
    }
    return found;
  });
}
