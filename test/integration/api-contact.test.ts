// Contacts over HTTP: merged and taken apart again, opted out (also by a word) and in, standing in pipelines, forgotten.
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { load } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Contact } from '../../domain/contact/state.ts';
import { readGatewayEvent } from '../../intake/read-gateway-event.ts';
import { storeRawEvent } from '../../intake/store-raw-event.ts';
import { newPipeline, newStatus } from '../causes/pipeline.ts';
import { type Json, startTestApi, type TestAnswer, type TestApi } from '../support/api.ts';
import { foldStored } from '../support/arbitrary-command.ts';
import { causeWorld } from '../support/cause-world.ts';
import { gatewayMessage } from '../support/messages.ts';
import { openedEvents } from '../support/opened-events.ts';
import { addAgent } from '../support/people.ts';
import { runCommand } from '../support/run-command.ts';
import { takeMessage } from '../support/take-message.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi('api_contact', { API_RATE_LIMIT_PER_MINUTE: 100_000 });
  const { tenantId, channelId } = api.tenant;
  const working = { webhookUrl: 'http://127.0.0.1/hook' };
  await runCommand({ database: api.database, tenantId }, 'channel', channelId, 'channel.confirm_working', working);
});
after(() => api.close());

const post = (path: string, body?: unknown) => api.call('POST', path, { body });
async function done(answer: Promise<TestAnswer>): Promise<Json> {
  const { status, json } = await answer;
  assert.ok(status < 300, `${status} ${JSON.stringify(json)}`);
  return json;
}
const refused = ({ status, json }: TestAnswer, rule: string): void =>
  assert.deepEqual([status, json['rule'] ?? json['code']], [422, rule]);
const newPhone = (): string => `55119${randomInt(1e7, 1e8)}`;
const contactOf = async (data: object = {}) => {
  const phone = newPhone();
  return { id: String((await api.contact({ phone, ...data }))['id']), phone };
};
const read = (id: string): Promise<Json> => done(api.call('GET', `/v1/contacts/${id}`));
const merge = (id: string, contactIds: readonly string[], strategy = 'union') =>
  post(`/v1/contacts/${id}/merge`, { contactIds, strategy });
const send = (contactId: string, more: object = {}) =>
  post('/v1/messages', { channelId: api.tenant.channelId, contactId, text: 'Hello', ...more });

const inDatabase = <T>(work: Parameters<typeof inTenant<T>>[2]): Promise<T> =>
  inTenant(api.database.pool, api.tenant.tenantId, work);
const stateOf = (id: string): Promise<Contact> =>
  inDatabase(async (tx) => (await load(api.database, tx, aggregates.contact, id)).state);

/** Takes a message of the phone through the saga's steps. */
async function receive(phone: string, body: string, between?: (contactId: string) => Promise<unknown>) {
  const { tenant, database } = api;
  const text = JSON.stringify(gatewayMessage({ from: `${phone}@c.us`, body }));
  const event = readGatewayEvent(text, new Date());
  const id = database.ids.next();
  const { channelId } = tenant;
  const raw = await inDatabase((tx) => storeRawEvent(tx, database.keysOf, { id, channelId, body: text, event }));
  return takeMessage(database, tenant, raw, between);
}

/** The log makes the row, whatever happened. */
async function folds(id: string): Promise<void> {
  const events = await inDatabase((tx) => openedEvents(tx, api.database.keysOf, id));
  assert.deepEqual(foldStored(aggregates.contact, events as never), await stateOf(id));
}

test('a contact that is deleted leaves its sessions, and the agents in them too', async () => {
  const one = await contactOf();
  const { recorded } = await receive(one.phone, 'Oi');
  const pipelineId = (await newPipeline(causeWorld(api))).split('/').at(-1);
  await done(post(`/v1/channels/${api.tenant.channelId}/associate-pipeline`, { pipelineId }));
  const agent = await addAgent(api);
  const join = { agentId: agent['id'], sessionId: recorded.sessionId };
  const joined = await done(post('/v1/agent-sessions', join));
  const listed = async (path: string): Promise<number> =>
    (await done(api.call('GET', `${path}&contactId=${one.id}`))).data.length;
  assert.deepEqual(
    await Promise.all(
      ['status=active&assigned=false', 'assigned=true', 'escalated=true', `agentId=${agent['id']}`].map((query) =>
        listed(`/v1/sessions?${query}`),
      ),
    ),
    [1, 0, 0, 0],
  );
  const { channelId } = api.tenant;
  assert.deepEqual(
    await Promise.all([
      listed(`/v1/messages?channelId=${channelId}&source=webhook`),
      listed('/v1/messages?source=broadcast'),
    ]),
    [1, 0],
  );
  assert.equal((await api.call('DELETE', `/v1/contacts/${one.id}`)).status, 204);
  assert.equal((await done(api.call('GET', `/v1/sessions/${recorded.sessionId}`)))['status'], 'ended');
  const left = await done(api.call('GET', `/v1/agent-sessions/${joined['id']}`));
  assert.equal(left['leaveReason'] ?? left['reason'], 'session_ended');
  await done(post(`/v1/channels/${api.tenant.channelId}/disassociate-pipeline`));
  const { rows } = await inDatabase((tx) =>
    tx.query<{ data: Json }>(
      `select event_data as data from outbox_events where aggregate_id = $1 and event_type = 'session.ended'`,
      [recorded.sessionId],
    ),
  );
  const eventsSummary = { 'session.started': 1, 'session.message_recorded': 1 };
  assert.deepEqual([rows[0]?.data['pipelineId'], rows[0]?.data['eventsSummary']], [pipelineId, eventsSummary]);
});

describe('merging', () => {
  test('whoever writes from any of their numbers is the primary; an undo gives everything back', async () => {
    const [one, two] = [
      await contactOf({ tags: ['vip'] }),
      await contactOf({ email: 'two@example.com', tags: ['new'] }),
    ];
    await receive(two.phone, 'Oi');
    const before = [await stateOf(one.id), await stateOf(two.id)];
    const etag = String((await api.call('GET', `/v1/contacts/${one.id}`)).headers.get('etag'));
    const merged = await done(merge(one.id, [two.id]));
    assert.deepEqual(
      [merged['email'], merged['tags'], merged['interactionCount']],
      ['two@example.com', ['vip', 'new'], 1],
    );
    assert.equal((await read(two.id))['mergedInto'], one.id);
    const late = { body: { contactIds: [two.id], strategy: 'union' }, headers: { 'if-match': etag } };
    assert.equal((await api.call('POST', `/v1/contacts/${one.id}/merge`, late)).status, 412);
    refused(await merge(one.id, [two.id]), 'contact_merged');
    refused(await api.call('PATCH', `/v1/contacts/${two.id}`, { body: { name: 'x' } }), 'contact_merged');
    const listed = await done(api.call('GET', `/v1/contacts?projectId=${api.tenant.projectId}&limit=200`));
    assert.ok(listed.data.every(({ id }) => (id as unknown) !== two.id));
    const sessions = await done(api.call('GET', `/v1/sessions?contactId=${two.id}`));
    assert.deepEqual(
      sessions.data.map(({ status }) => String(status)),
      ['ended'],
    );

    assert.equal((await receive(two.phone, 'Oi again')).recorded.contactId, one.id);
    assert.equal((await done(send(two.id)))['contactId'], one.id);
    for (const { id } of [one, two]) await folds(id);

    const apart = await done(post(`/v1/contacts/${one.id}/unmerge`));
    assert.deepEqual([apart['email'], apart['tags'], apart['merges']], [null, ['vip'], null]);
    assert.deepEqual(await stateOf(two.id), before[1]);
    const { interactionCount, lastInteractionAt, ...fields } = await stateOf(one.id);
    assert.deepEqual(fields, Object.fromEntries(Object.entries(before[0] ?? {}).filter(([key]) => key in fields)));
    assert.ok(interactionCount === 1 && lastInteractionAt !== null);
    for (const [phone, id] of [
      [one.phone, one.id],
      [two.phone, two.id],
    ] as const)
      assert.equal((await receive(phone, 'Oi')).recorded.contactId, id);
    refused(await post(`/v1/contacts/${one.id}/unmerge`), 'nothing_merged');
    for (const { id } of [one, two]) await folds(id);
  });

  test('goes through several contacts, and comes apart the last one first', async () => {
    const [one, two, three] = [await contactOf(), await contactOf(), await contactOf()];
    await done(merge(two.id, [three.id]));
    await done(merge(one.id, [two.id], 'keep_primary'));
    assert.equal((await receive(three.phone, 'Oi')).recorded.contactId, one.id);
    refused(await post(`/v1/contacts/${two.id}/unmerge`), 'contact_merged');
    await done(post(`/v1/contacts/${one.id}/unmerge`));
    assert.equal((await receive(three.phone, 'Oi')).recorded.contactId, two.id);
    await done(post(`/v1/contacts/${two.id}/unmerge`));
    assert.equal((await receive(three.phone, 'Oi')).recorded.contactId, three.id);
  });

  test('is refused for what is not there, another project or itself, and changes nothing then', async () => {
    const [one, two] = [await contactOf(), await contactOf()];
    refused(await merge(one.id, [two.id, randomUUID()]), 'reference_not_found');
    refused(await merge(one.id, [one.id]), 'merge_with_itself');
    const { id: projectId } = await done(post('/v1/projects', { name: 'Elsewhere' }));
    const away = await contactOf({ projectId });
    refused(await merge(one.id, [two.id, away.id]), 'other_project');
    assert.equal((await read(two.id))['mergedInto'], null);
    assert.equal((await merge(randomUUID(), [two.id])).status, 404);
  });

  test('at the same moment in both directions: one of them wins', async () => {
    const [one, two] = [await contactOf(), await contactOf()];
    const answers = await Promise.all([merge(one.id, [two.id]), merge(two.id, [one.id])]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 422]);
  });

  test('between the steps of a message: it is counted where it belongs, and its undo too', async () => {
    const [one, two] = [await contactOf(), await contactOf()];
    const { recorded, undo } = await receive(two.phone, 'STOP', () => done(merge(one.id, [two.id])));
    assert.equal(recorded.contactId, one.id);
    assert.deepEqual([(await stateOf(one.id)).interactionCount, (await stateOf(two.id)).interactionCount], [1, 0]);
    await undo('record');
    const { interactionCount, optOuts } = await stateOf(one.id);
    assert.deepEqual([interactionCount, optOuts], [0, []]);
  });

  test('the undo of a message that was counted before: the merged one and the primary count it no more', async () => {
    const [one, two] = [await contactOf(), await contactOf()];
    await receive(one.phone, 'Oi');
    const { undo } = await receive(two.phone, 'STOP');
    await done(merge(one.id, [two.id]));
    assert.deepEqual([(await stateOf(one.id)).interactionCount, (await stateOf(one.id)).optOuts.length], [2, 1]);
    await undo('record');
    assert.deepEqual([(await stateOf(one.id)).interactionCount, (await stateOf(one.id)).optOuts], [1, []]);
    await done(post(`/v1/contacts/${one.id}/unmerge`));
    assert.deepEqual([(await stateOf(one.id)).interactionCount, (await stateOf(two.id)).interactionCount], [1, 0]);
    for (const { id } of [one, two]) await folds(id);
  });
});

describe('opting out', () => {
  test('nothing is sent any more, but an answer inside an open session', async () => {
    const { id, phone } = await contactOf();
    await done(post(`/v1/contacts/${id}/opt-out`, { reason: 'asked by phone' }));
    refused(await send(id), 'opted_out');
    refused(await send(id, { transactional: true }), 'opted_out');
    const { recorded } = await receive(phone, 'Where is my order?');
    assert.ok(recorded.sessionId);
    refused(await send(id), 'opted_out');
    await done(send(id, { transactional: true }));
    const listed = await done(api.call('GET', `/v1/contacts?optedOut=true&phone=${phone}`));
    assert.deepEqual(
      listed.data.map((one) => String(one['id'])),
      [id],
    );
    refused(await post(`/v1/contacts/${id}/opt-in`, { channelId: api.tenant.channelId }), 'opted_out_of_all');
    await done(post(`/v1/contacts/${id}/opt-in`, {}));
    await done(send(id));
    refused(await post(`/v1/contacts/${id}/opt-out`, { reason: 'x', channelId: randomUUID() }), 'reference_not_found');
  });

  test('by a word: the whole message, on its channel; taken back with its saga', async () => {
    const { id, phone } = await contactOf();
    const { channelId } = api.tenant;
    await receive(phone, 'Please do not stop');
    assert.deepEqual((await stateOf(id)).optOuts, []);
    const before = await stateOf(id);
    const { undo } = await receive(phone, ' Sair ');
    const [known] = (await stateOf(id)).optOuts;
    assert.deepEqual([known?.channelId, known?.reason], [channelId, 'reply_word']);
    refused(await send(id), 'opted_out');
    await undo('record');
    assert.deepEqual(await stateOf(id), before);
    await receive(phone, 'PARAR');
    const { undo: undoStart } = await receive(phone, 'start');
    assert.deepEqual((await stateOf(id)).optOuts, []);
    await undoStart('record');
    assert.equal((await stateOf(id)).optOuts.length, 1);
    await done(post(`/v1/contacts/${id}/opt-out`, { reason: 'all' }));
    await receive(phone, 'START');
    assert.deepEqual((await stateOf(id)).optOuts, []);
    await folds(id);
  });
});

const statusIdsOf = (contact: Json) =>
  (contact['pipelines'] as unknown as readonly Json[]).map((one) => one['statusId']);

describe('pipelines', () => {
  test('a contact enters, moves and leaves; lists show who stands where', async () => {
    const { tenant, database } = api;
    const call = (method: string, path: string, body?: unknown) => done(api.call(method, path, { body }));
    const world = { ...tenant, call, newId: () => database.ids.next() } as unknown as Parameters<typeof newPipeline>[0];
    const path = await newPipeline(world);
    const pipelineId = path.split('/').at(-1);
    const { id } = await contactOf();
    const act = (verb: string, body: object = {}) => post(`/v1/contacts/${id}/${verb}`, { pipelineId, ...body });
    refused(await act('enter-pipeline'), 'pipeline_without_statuses');
    const [fresh, won] = [await newStatus(world, path), await newStatus(world, path, 'Won')];
    refused(await act('move-status', { statusId: won }), 'not_in_pipeline');
    refused(await act('enter-pipeline', { pipelineId: randomUUID() }), 'reference_not_found');
    const foreign = await newStatus(world, await newPipeline(world));
    const unknown = await act('enter-pipeline', { statusId: foreign });
    refused(unknown, 'reference_not_found');
    assert.equal(unknown.json['errors']?.[0]?.['path'], 'body.statusId' as unknown);
    const entered = await done(act('enter-pipeline'));
    assert.deepEqual(statusIdsOf(entered), [fresh]);
    const standing = async (query: string) =>
      (await done(api.call('GET', `/v1/contacts?${query}`))).data.map((one) => String(one['id']));
    assert.deepEqual(await standing(`pipelineId=${pipelineId}&statusId=${fresh}`), [id]);
    await done(act('move-status', { statusId: won, reason: 'paid' }));
    await done(act('qualify', { score: 80, qualified: true, answers: {}, confidence: 1, reasons: [] }));
    assert.deepEqual([await standing(`statusId=${won}`), await standing(`statusId=${fresh}`)], [[id], []]);
    await call('POST', `/v1/pipeline-statuses/${fresh}/deactivate`);
    refused(await act('move-status', { statusId: fresh }), 'status_inactive');
    await done(act('exit-pipeline', { reason: 'done' }));
    assert.deepEqual(statusIdsOf(await done(act('enter-pipeline'))), [won]);
    await done(act('exit-pipeline', { reason: 'done' }));
    assert.deepEqual(await standing(`pipelineId=${pipelineId}`), []);
    await call('POST', `${path}/deactivate`);
    refused(await act('enter-pipeline'), 'pipeline_inactive');
    await folds(id);
  });
});

describe('what is known of a contact', () => {
  test('an outside id belongs to one contact; sources and pictures are kept', async () => {
    const [one, two] = [await contactOf(), await contactOf()];
    const shop = { externalId: randomUUID(), source: 'shop' };
    await done(post(`/v1/contacts/${one.id}/external-ids`, shop));
    refused(await post(`/v1/contacts/${two.id}/external-ids`, shop), 'external_id_taken');
    const { channelId } = api.tenant;
    assert.equal((await done(post(`/v1/contacts/${one.id}/source-channel`, { channelId })))['sourceChannel'], 'waha');
    refused(await post(`/v1/contacts/${one.id}/source-channel`, { channelId: randomUUID() }), 'reference_not_found');
    await done(post(`/v1/contacts/${one.id}/enrich`, { enrichmentSource: 'x', enrichedData: { role: 'owner' } }));
    const profilePictureUrl = 'https://example.com/a.jpg';
    const shown = await done(api.call('PATCH', `/v1/contacts/${one.id}`, { body: { profilePictureUrl } }));
    assert.deepEqual([shown['profilePictureUrl'], shown['enrichments']], [profilePictureUrl, { x: { role: 'owner' } }]);
    assert.deepEqual((await done(api.call('DELETE', `/v1/contacts/${one.id}/tags`)))['tags'], []);
    await folds(one.id);
  });

  test('emptied fields and removed outside ids make room for others; an undone merge brings its own back', async () => {
    const [one, two, merged] = [await contactOf({ email: 'ana@example.com' }), await contactOf(), await contactOf()];
    const emptied = { body: { email: null, phone: null } };
    const bare = await done(api.call('PATCH', `/v1/contacts/${one.id}`, emptied));
    assert.deepEqual([bare['email'], bare['phone'], bare['phoneVerified']], [null, null, false]);
    await done(api.call('PATCH', `/v1/contacts/${two.id}`, { body: { phone: one.phone } }));
    assert.equal((await receive(one.phone, 'Oi')).recorded.contactId, two.id);
    const named = await api.call('PATCH', `/v1/contacts/${one.id}`, { body: { name: null } });
    assert.equal(named.status, 400);
    const shop = { externalId: randomUUID(), source: 'shop' };
    await done(post(`/v1/contacts/${merged.id}/external-ids`, shop));
    await done(merge(one.id, [merged.id]));
    const without = await done(post(`/v1/contacts/${one.id}/remove-external-id`, shop));
    assert.deepEqual(without['externalIds'], []);
    await done(post(`/v1/contacts/${one.id}/unmerge`));
    refused(await post(`/v1/contacts/${two.id}/external-ids`, shop), 'external_id_taken');
    await done(post(`/v1/contacts/${merged.id}/remove-external-id`, shop));
    await done(post(`/v1/contacts/${two.id}/external-ids`, shop));
    for (const { id } of [one, two, merged]) await folds(id);
  });

  test('anonymized: nothing personal is left, in the merged ones and in the past too', async () => {
    const [one, two] = [await contactOf(), await contactOf({ email: 'two@example.com' })];
    const { recorded } = await receive(two.phone, 'Oi');
    await done(merge(one.id, [two.id]));
    refused(await post(`/v1/contacts/${two.id}/anonymize`, {}), 'contact_merged');
    const answer = await done(post(`/v1/contacts/${one.id}/anonymize`, { requestedBy: 'privacy desk' }));
    assert.deepEqual([answer['erased'], answer['name'], answer['phone']], [true, null, null]);
    for (const { id } of [one, two]) {
      const shown = await read(id);
      assert.deepEqual([shown['erased'], shown['name'], shown['email'], shown['merges']], [true, null, null, null]);
      const events = await inDatabase((tx) => openedEvents(tx, api.database.keysOf, id));
      assert.ok(!JSON.stringify(events).includes('@example.com'));
    }
    assert.equal((await done(api.call('GET', `/v1/messages/${recorded.messageId}`)))['body'], null);
    refused(await send(one.id), 'contact_anonymized');
    refused(await post(`/v1/contacts/${one.id}/anonymize`, {}), 'contact_anonymized');
    const left = await inDatabase((tx) =>
      tx.query('select 1 from contact_identities where contact_id = any($1::uuid[])', [[one.id, two.id]]),
    );
    assert.equal(left.rowCount, 0);
    assert.notEqual((await receive(two.phone, 'Oi')).recorded.contactId, one.id);
  });
});
