// Automations over the real API and database: what sets rules off, what they do, why they do not; channels and their types beside them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { endWait, keepWaiting, waitIdOf } from '../../db/automations/waits.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Trigger } from '../../domain/automation/triggers.ts';
import { createRunRules } from '../../workers/consumers/automation/run-rules.ts';
import { newWebhook } from '../causes/webhook.ts';
import { type Json, startTestApi, type TestApi } from '../support/api.ts';
import { causeWorld } from '../support/cause-world.ts';
import { delivery } from '../support/deliver.ts';
import { addAgent } from '../support/people.ts';
import { runCommand } from '../support/run-command.ts';

let api: TestApi;
let pipelineId: string;
before(async () => {
  api = await startTestApi('api_automation');
  const body = { projectId: api.tenant.projectId, name: 'Sales' };
  pipelineId = String((await ok('POST', '/v1/pipelines', body))['id']);
  await run('channel', api.tenant.channelId, 'channel.confirm_working', { webhookUrl: 'https://api.example/x' });
  await ok('POST', `/v1/channels/${api.tenant.channelId}/associate-pipeline`, { pipelineId });
});
after(() => api.close());

async function ok(method: string, path: string, body?: object): Promise<Json> {
  const answer = await api.call(method, path, body && { body });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.json)}`);
  return answer.json;
}

const run = (
  ...[name, id, type, data]: Parameters<typeof runCommand> extends [unknown, ...infer Rest] ? Rest : never
) => runCommand({ database: api.database, tenantId: api.tenant.tenantId }, name, id, type, data);

type Row = {
  event_id: string;
  event_type: string;
  aggregate_id: string;
  cause: string;
  event_data: Record<string, unknown>;
};

/** Gives the rules' handler what is in the log of an aggregate, as its consumer would; several `times`, or as caused by something else. */
async function hear(
  aggregateId: string,
  types: readonly string[],
  { times = 1, causedBy }: { readonly times?: number; readonly causedBy?: string } = {},
): Promise<Row[]> {
  const { tenantId, projectId } = api.tenant;
  const handler = createRunRules(api.database);
  const inside = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(api.database.pool, tenantId, work);
  const { rows } = await inside((tx) =>
    tx.query<Row>(
      `select event_id, event_type, aggregate_id, metadata ->> 'causation_id' as cause, event_data from outbox_events
       where tenant_id = $1 and aggregate_id = $2 and event_type = any($3) order by id`,
      [tenantId, aggregateId, types],
    ),
  );
  const events = rows.map(({ event_id, event_type, cause, event_data }, index) => {
    const { event } = delivery(aggregateId, index + 1, { type: event_type, tenantId, data: event_data });
    return { ...event, id: event_id, projectId, causationId: causedBy ?? cause };
  });
  for (let time = 0; time < times; time += 1) await inside((tx) => handler(events, tx, new AbortController().signal));
  return rows;
}

async function newAutomation(rules: readonly object[], more: object = {}): Promise<string> {
  const trigger = { type: 'message.received' };
  const own = { projectId: api.tenant.projectId, pipelineId, name: 'Greet', trigger, rules, ...more };
  const { id } = await ok('POST', '/v1/automations', own);
  await ok('POST', `/v1/automations/${id}/enable`);
  return String(id);
}

/** A message of a new contact; gives the ids. */
async function received(body: string): Promise<{ contactId: string; messageId: string }> {
  const { tenantId, projectId, channelId } = api.tenant;
  const contactId = String((await api.contact({ phone: `55219${Math.floor(1e7 + Math.random() * 8e7)}` }))['id']);
  const messageId = api.database.ids.next();
  const place = { messageId, tenantId, projectId, channelId, contactId, channelMessageId: messageId };
  const said = { source: 'webhook', messageType: 'text', body, fromMe: false, arrival: 1 };
  await run('message', messageId, 'message.receive', { ...place, ...said, sentAt: '2026-06-09T10:13:20.000Z' });
  return { contactId, messageId };
}

const open = (name: string): object => ({ name, statusType: 'open' });
const runsOf = async (id: string): Promise<readonly Json[]> => (await ok('GET', `/v1/automations/${id}/runs`)).data;

describe('automations', () => {
  test('a rule fires once for an event, however often it comes, and does what it says', async () => {
    const actions = [
      { type: 'add_tag', params: { tag: 'asked' } },
      { type: 'send_message', params: { text: 'One moment, please.' } },
    ];
    const conditions = [{ field: 'message.text', operator: 'contains', value: 'price' }];
    const id = await newAutomation([{ name: 'Answer', conditions, actions }]);
    const { contactId, messageId } = await received('What is the PRICE?');
    const [event] = await hear(messageId, ['message.created'], { times: 2 });
    const [triggered, ...others] = await runsOf(id);
    assert.deepEqual([triggered?.['status'], others.length], ['triggered', 0]);
    await hear(String(triggered?.['id']), ['automation_rule.triggered'], { times: 2 });
    assert.equal((await runsOf(id))[0]?.['status'], 'executed');
    assert.deepEqual((await ok('GET', `/v1/contacts/${contactId}`))['tags'], ['asked']);
    const sent = (await ok('GET', `/v1/messages?contactId=${contactId}`)).data.filter(
      ({ source }) => String(source) === 'automation',
    );
    assert.equal(sent.length, 1);
    const why = await ok('GET', `/v1/automations/${id}/explain?eventId=${event?.event_id}`);
    assert.deepEqual([why['recorded'], why['rules']?.[0]?.['reason']], [true, 'conditions_met']);
    assert.ok(!JSON.stringify(why).includes('PRICE'), 'what was written stays out of it');
    const told = why['rules']?.[0]?.['conditions']?.[0] as unknown as Json | undefined;
    assert.deepEqual(told, { field: 'message.text', operator: 'contains', met: true }, 'met, its value would say it');
  });

  test('a contact that was merged meanwhile is the one it became; into a status that is gone or off nobody is moved', async () => {
    const { call: asked } = api;
    const statusId = String((await ok('POST', `/v1/pipelines/${pipelineId}/statuses`, open('Late')))['id']);
    const move = { type: 'change_pipeline_status', params: { statusId } };
    const id = await newAutomation([{ name: 'Tag', actions: [{ type: 'add_tag', params: { tag: 'kept' } }, move] }]);
    const { contactId, messageId } = await received('oi');
    const primary = String((await api.contact({ phone: `55219${Math.floor(1e7 + Math.random() * 8e7)}` }))['id']);
    await hear(messageId, ['message.created']);
    await ok('POST', `/v1/contacts/${primary}/merge`, { contactIds: [contactId], strategy: 'union' });
    await asked('POST', `/v1/pipeline-statuses/${statusId}/deactivate`);
    const [begun] = await runsOf(id);
    await hear(String(begun?.['id']), ['automation_rule.triggered']);
    const [ended] = await runsOf(id);
    assert.deepEqual([ended?.['status'], ended?.['failedAction']], ['failed', 'change_pipeline_status']);
    assert.match(String(ended?.['failureReason']), /switched off|status_inactive/);
    await asked('POST', `/v1/automations/${id}/disable`);
    const tagging = await newAutomation([{ name: 'Tag', actions: [{ type: 'add_tag', params: { tag: 'kept' } }] }]);
    const second = await received('oi');
    await hear(second.messageId, ['message.created']);
    await ok('POST', `/v1/contacts/${primary}/merge`, { contactIds: [second.contactId], strategy: 'union' });
    const [again] = await runsOf(tagging);
    await hear(String(again?.['id']), ['automation_rule.triggered']);
    assert.deepEqual((await ok('GET', `/v1/contacts/${primary}`))['tags'], ['kept']);
  });

  test('it is told why a rule did not fire, recorded or as it would be now', async () => {
    const conditions = [{ field: 'contact.tags', operator: 'contains', value: 'vip' }];
    const id = await newAutomation([{ name: 'Vip', conditions, actions: [{ type: 'add_tag', params: { tag: 'x' } }] }]);
    const { messageId } = await received('oi');
    const [event] = await hear(messageId, ['message.created']);
    const path = `/v1/automations/${id}/explain?eventId=${event?.event_id}`;
    const recorded = await ok('GET', path);
    const [told] = recorded['rules'] as unknown as Json[];
    assert.deepEqual([recorded['recorded'], told?.['reason']], [true, 'conditions_not_met']);
    assert.deepEqual(told?.['conditions'], [{ ...conditions[0], met: false, actual: [] }]);
    await ok('POST', `/v1/automations/${id}/disable`);
    const later = await received('oi');
    const [unheard] = await hear(later.messageId, ['message.created']);
    const now = await ok('GET', `/v1/automations/${id}/explain?eventId=${unheard?.event_id}`);
    assert.deepEqual([now['recorded'], now['rules']?.[0]?.['reason']], [false, 'disabled']);
    assert.equal(
      (await api.call('GET', `/v1/automations/${id}/explain?eventId=${api.database.ids.next()}`)).status,
      404,
    );
  });

  test('what waits for time is told: until when, and what came of it', async () => {
    const trigger = { type: 'after.delay', minutes: 60, after: 'message.received' };
    const id = await newAutomation([{ name: 'Later', actions: [{ type: 'add_tag', params: { tag: 'x' } }] }], {
      trigger,
    });
    const { contactId, messageId } = await received('oi');
    const [event] = await hear(messageId, ['message.created']);
    const explain = () => ok('GET', `/v1/automations/${id}/explain?eventId=${event?.event_id}`);
    const before = await explain();
    assert.deepEqual([before['waitsUntil'], before['rules']?.[0]?.['reason']], [null, 'waits_for_timers']);
    const { tenantId } = api.tenant;
    const [waitId, dueAt] = [waitIdOf(id, String(event?.event_id)), '2100-01-31T12:00:00.000Z'];
    const about = { id: waitId, automationId: id, eventId: String(event?.event_id), trigger: trigger as Trigger };
    const place = { contactId, sessionId: null, channelId: null, statusId: null };
    await inTenant(api.database.pool, tenantId, (tx) =>
      keepWaiting(tx, { ...about, ...place, beganAt: '2026-01-31T12:00:00.000Z', dueAt }),
    );
    assert.equal((await explain())['waitsUntil'], dueAt);
    const list = async (query: string) => (await ok('GET', `/v1/automations/${id}/waits${query}`)).data;
    assert.deepEqual(
      (await list('?open=true')).map((one) => [one['id'], one['outcome']]),
      [[waitId, null]],
    );
    await inTenant(api.database.pool, tenantId, (tx) => endWait(tx, waitId, 'answered', new Date()));
    assert.deepEqual(
      [(await list('?open=true')).length, (await list(`?contactId=${contactId}`))[0]?.['outcome']],
      [0, 'answered'],
    );
    assert.equal((await explain())['waitsUntil'], null);
    await ok('POST', `/v1/automations/${id}/disable`);
  });

  test('a rule never fires on what it caused itself; a refused action ends the run and leaves nothing half done', async () => {
    const agent = {
      projectId: api.tenant.projectId,
      name: 'Rita',
      email: 'rita@example.com',
      type: 'human',
      role: 'agent',
    };
    const { id: agentId } = await ok('POST', '/v1/agents', agent);
    const session = { type: 'assign_agent', params: { agentId } };
    const id = await newAutomation([
      { name: 'Assign', actions: [{ type: 'add_tag', params: { tag: 'first' } }, session] },
    ]);
    const { contactId, messageId } = await received('oi');
    await hear(messageId, ['message.created']);
    const [begun] = await runsOf(id);
    await hear(String(begun?.['id']), ['automation_rule.triggered']);
    const [failed] = await runsOf(id);
    assert.deepEqual([failed?.['status'], failed?.['failedAction']], ['failed', 'assign_agent']);
    assert.match(String(failed?.['failureReason']), /^no_session/);
    assert.deepEqual((await ok('GET', `/v1/contacts/${contactId}`))['tags'], ['first']);
    // A message that names the run as its cause, as one that an action sent would.
    const { messageId: caused } = await received('echo');
    const [event] = await hear(caused, ['message.created'], { causedBy: String(begun?.['id']) });
    const why = await ok('GET', `/v1/automations/${id}/explain?eventId=${event?.event_id}`);
    assert.deepEqual([why['recorded'], why['rules']?.[0]?.['reason']], [true, 'caused_by_itself']);
    assert.equal((await runsOf(id)).length, 1);
    await ok('POST', `/v1/automations/${id}/disable`);
  });

  test('a contact is moved in the pipeline; nothing is sent to one that opted out', async () => {
    const status = async (name: string) =>
      String((await ok('POST', `/v1/pipelines/${pipelineId}/statuses`, { name, statusType: 'open' }))['id']);
    const [fresh, asked] = [await status('New'), await status('Asked')];
    const conditions = [{ field: 'contact.pipelineStatusId', operator: 'equals', value: fresh }];
    const actions = [
      { type: 'change_pipeline_status', params: { statusId: asked } },
      { type: 'send_message', params: { text: 'Hello' } },
    ];
    const id = await newAutomation([{ name: 'Move', conditions, actions }]);
    const { contactId, messageId } = await received('oi');
    const place = { pipelineId, statusId: fresh, statusName: 'New' };
    await run('contact', contactId, 'contact.enter_pipeline', place);
    await run('contact', contactId, 'contact.opt_out', { reason: 'asked to' });
    await hear(messageId, ['message.created']);
    await hear(String((await runsOf(id))[0]?.['id']), ['automation_rule.triggered']);
    const [failed] = await runsOf(id);
    assert.deepEqual(
      [failed?.['failedAction'], String(failed?.['failureReason']).split(':')[0]],
      ['send_message', 'opted_out'],
    );
    const { pipelines } = await ok('GET', `/v1/contacts/${contactId}`);
    assert.equal(pipelines?.[0]?.['statusId'], asked);
    await ok('POST', `/v1/automations/${id}/disable`);
    const moved = await newAutomation([{ name: 'Tell', actions: [{ type: 'add_tag', params: { tag: 'moved' } }] }], {
      trigger: { type: 'status.changed', toStatusId: asked },
    });
    await hear(contactId, ['contact.pipeline_status_changed']);
    assert.equal((await runsOf(moved))[0]?.['triggerType'], 'status.changed');
  });

  test('a rule writes notes and tasks, tells agents, fills templates in, enrols, has the event delivered; each once', async () => {
    const { projectId } = api.tenant;
    const { id: agentId } = await addAgent(api);
    const { id: workflowId } = await ok('POST', '/v1/sequences', { projectId, name: 'Welcome' });
    const step = { delay: { amount: 1, unit: 'days' }, message: { type: 'text', content: 'x' } };
    await ok('POST', `/v1/sequences/${workflowId}/steps`, step);
    await ok('POST', `/v1/sequences/${workflowId}/activate`);
    const subscriptionId = await newWebhook(causeWorld(api), { events: ['contact.deleted'] });
    await ok('POST', '/v1/custom-fields', { projectId, key: 'plan', label: 'Plan', type: 'text' });
    const content = '{{contact.name}}, {{hours}}?';
    const id = await newAutomation([
      {
        name: 'Everything',
        actions: [
          { type: 'create_note', params: { text: 'Wrote for the first time.' } },
          { type: 'create_task', params: { title: 'Call back', agentId, dueInMinutes: 60 } },
          { type: 'notify_agent', params: { text: 'Somebody is waiting.', agentId } },
          { type: 'send_template', params: { templateName: 'hours', content, variables: { hours: 'at ten' } } },
          { type: 'send_webhook', params: { subscriptionId } },
          { type: 'update_custom_field', params: { key: 'plan', value: 'gold' } },
          { type: 'trigger_workflow', params: { workflow: 'sequence', workflowId } },
        ],
      },
    ]);
    const { contactId, messageId } = await received('oi');
    const [event] = await hear(messageId, ['message.created']);
    const [begun] = await runsOf(id);
    await hear(String(begun?.['id']), ['automation_rule.triggered'], { times: 2 });
    assert.deepEqual([(await runsOf(id))[0]?.['status'], (await runsOf(id))[0]?.['failureReason']], ['executed', null]);
    const notes = (await ok('GET', `/v1/notes?contactId=${contactId}`)).data;
    const byContent = (one: Json, other: Json) => String(one['content']).localeCompare(String(other['content']));
    const inOrder = notes.toSorted(byContent);
    const [task, told, note] = inOrder.map(({ content, noteType, priority, forAgentId, authorId }) => ({
      ...{ content, noteType, priority, forAgentId, authorId },
    }));
    const said = { noteType: 'general', priority: 'normal', forAgentId: null, authorId: id };
    assert.equal(notes.length, 3);
    assert.deepEqual(note, { ...said, content: 'Wrote for the first time.' });
    assert.deepEqual(task, { ...said, content: 'Call back', noteType: 'follow_up', forAgentId: agentId });
    assert.deepEqual(told, { ...said, content: 'Somebody is waiting.', priority: 'high', forAgentId: agentId });
    assert.deepEqual(
      inOrder.map(({ dueAt }) => typeof dueAt),
      ['string', 'object', 'object'],
    );
    assert.equal((await ok('GET', `/v1/notes?forAgentId=${agentId}`)).data.length, 2);
    assert.deepEqual((await ok('GET', `/v1/contacts/${contactId}`))['customFields'] as unknown, { plan: 'gold' });
    const sent = (await ok('GET', `/v1/messages?contactId=${contactId}`)).data;
    assert.deepEqual(
      sent.map(({ source, body }) => `${source}: ${body}`),
      ['webhook: oi', 'automation: Ana Souza, at ten?'],
    );
    const [delivery, ...more] = (await ok('GET', `/v1/webhook-deliveries?subscriptionId=${subscriptionId}`)).data;
    assert.deepEqual(
      [delivery?.['eventId'], delivery?.['eventName'], more.length],
      [event?.event_id, 'message.received', 0],
    );
    const enrolled = await ok('GET', `/v1/sequence-enrollments?sequenceId=${workflowId}`);
    assert.deepEqual(
      enrolled.data.map((one) => one['contactId']),
      [contactId],
    );
    await ok('POST', `/v1/automations/${id}/disable`);
  });

  test('what can not be carried out is said: nobody to tell, no value for a template, a webhook that is off', async () => {
    const subscriptionId = await newWebhook(causeWorld(api));
    const refusals = [
      ['no_agent', { type: 'notify_agent', params: { text: 'x' } }],
      [
        'variable_without_value',
        { type: 'send_template', params: { templateName: 'x', content: '{{contact.email}}' } },
      ],
      ['webhook_not_active', { type: 'send_webhook', params: { subscriptionId } }],
    ] as const;
    const rules = refusals.map(([name, action]) => ({ name, actions: [action] }));
    const id = await newAutomation(rules);
    await ok('POST', `/v1/webhook-subscriptions/${subscriptionId}/deactivate`);
    const { messageId } = await received('oi');
    await hear(messageId, ['message.created']);
    for (const { id: runId } of await runsOf(id)) await hear(String(runId), ['automation_rule.triggered']);
    const reasons = (await runsOf(id)).map(({ failureReason }) => String(failureReason).split(':')[0]);
    assert.deepEqual(reasons.sort(), refusals.map(([name]) => name as string).sort());
    await ok('POST', `/v1/automations/${id}/disable`);
  });

  test('references are checked, versions guarded, what nobody carries out is refused', async () => {
    const own = { projectId: api.tenant.projectId, name: 'X', trigger: { type: 'message.received' }, rules: [] };
    const unknown = await api.call('POST', '/v1/automations', {
      body: { ...own, pipelineId: api.database.ids.next() },
    });
    assert.deepEqual([unknown.status, unknown.json['rule']], [422, 'reference_not_found']);
    const nobody = api.database.ids.next();
    for (const [place, params, type] of [
      ['channelId', { text: 'x', channelId: nobody }, 'send_message'],
      ['statusId', { statusId: nobody }, 'change_pipeline_status'],
      ['agentId', { title: 'x', agentId: nobody }, 'create_task'],
      ['subscriptionId', { subscriptionId: nobody }, 'send_webhook'],
      ['workflowId', { workflow: 'campaign', workflowId: nobody }, 'trigger_workflow'],
    ] as const) {
      const rules = [{ name: 'X', actions: [{ type, params }] }];
      const { json } = await api.call('POST', '/v1/automations', { body: { ...own, pipelineId, rules } });
      assert.equal(json['errors']?.[0]?.['path'], `body.rules.0.actions.0.params.${place}` as unknown);
    }
    const { id } = await ok('POST', '/v1/automations', { ...own, pipelineId });
    const path = `/v1/automations/${id}`;
    const empty = await api.call('POST', `${path}/enable`);
    assert.deepEqual([empty.status, empty.json['rule']], [422, 'automation_without_rules']);
    const template = { type: 'send_template', params: { templateName: 'hello' } };
    await ok('PATCH', path, { rules: [{ name: 'Template', actions: [template] }] });
    const late = await api.call('PATCH', path, { body: { name: 'Y' }, headers: { 'if-match': '"1"' } });
    assert.equal(late.status, 412);
    assert.equal((await api.call('POST', `${path}/enable`)).json['rule'], 'template_without_content');
    const listed = await ok('GET', `/v1/automations?pipelineId=${pipelineId}&enabled=false&limit=1`);
    assert.deepEqual([listed.data.length, typeof listed['nextCursor']], [1, 'string']);
    const other = await api.addTenant('tenant-other');
    assert.equal((await api.call('GET', path, { key: other.key })).status, 404);
  });
});

test('a channel brings its type along, and only a type with an adapter can be activated', async () => {
  const { projectId } = api.tenant;
  const make = (type: string) => ok('POST', '/v1/channels', { projectId, name: type, type });
  const [first] = [await make('telegram'), await make('telegram')];
  const types = (await ok('GET', '/v1/channel-types?name=telegram')).data;
  assert.deepEqual([types.length, types[0]?.['provider']], [1, 'telegram']);
  const refused = await api.call('POST', `/v1/channels/${first?.['id']}/activate`);
  assert.deepEqual([refused.status, refused.json['rule']], [422, 'channel_without_adapter']);
  const waha = await make('waha');
  assert.equal((await ok('POST', `/v1/channels/${waha['id']}/activate`))['status'], 'activating');
});
