// Custom fields over HTTP: defined, filled, found by lists, merged, asked for by rules and set by them; sealed at rest, and forgotten with the contact.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { inTenant } from '../../db/transaction.ts';
import { done, idsOf, refused } from '../support/answers.ts';
import { type Json, startTestApi, type TestApi } from '../support/api.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi('api_custom_fields');
  await define('plan', 'select', { options: ['gold', 'silver'] });
  await define('seats', 'number');
  await define('birthday', 'date');
});
after(() => api.close());

const post = (path: string, body?: unknown) => api.call('POST', path, { body });
const define = (key: string, type: string, more: object = {}) =>
  done(post('/v1/custom-fields', { projectId: api.tenant.projectId, key, label: key, type, ...more }));
const set = (contactId: unknown, customFields: object) =>
  post(`/v1/contacts/${contactId}/custom-fields`, { customFields });
const rowsOf = (sql: string, values: readonly unknown[]) =>
  inTenant(
    api.database.pool,
    api.tenant.tenantId,
    async (tx) => (await tx.query<{ row: string }>(sql, [...values])).rows,
  );

test('a field is defined once a project, changed with If-Match, and can be defined anew once deleted', async () => {
  const made = await define('size', 'text');
  const path = `/v1/custom-fields/${made['id']}`;
  const { projectId } = api.tenant;
  const again = { projectId, key: 'size', label: 'Size', type: 'number' };
  refused(await post('/v1/custom-fields', again), 422, 'custom_field_key_taken');
  const label = (text: string) => api.call('PATCH', path, { body: { label: text }, headers: { 'if-match': '"1"' } });
  assert.equal((await done(label('Size of the shoe')))['label'], 'Size of the shoe');
  refused(await label('x'), 412, 'precondition_failed');
  assert.deepEqual(idsOf(await done(api.call('GET', `/v1/custom-fields?projectId=${projectId}&key=size`))), [
    made['id'],
  ]);
  const first = await done(api.call('GET', '/v1/custom-fields?limit=3'));
  assert.equal((await done(api.call('GET', `/v1/custom-fields?cursor=${first['nextCursor']}`))).data.length, 1);
  await done(api.call('DELETE', path));
  refused(await api.call('GET', path), 404, 'not_found');
  await done(post('/v1/custom-fields', again));
  refused(await post('/v1/custom-fields', { ...again, projectId: randomUUID() }), 422, 'reference_not_found');
});

test('a contact takes values that fit fields of its project; what is sealed stays sealed', async () => {
  const { id } = await api.contact();
  const filled = await done(set(id, { plan: 'gold', seats: 3, birthday: '2001-02-28' }));
  assert.deepEqual(filled['customFields'] as unknown, { plan: 'gold', seats: 3, birthday: '2001-02-28' });
  for (const [field, value] of [
    ['plan', 'lead'],
    ['seats', 'three'],
    ['birthday', '2001-02-30'],
  ] as const)
    refused(await set(id, { [field]: value }), 422, 'custom_value_misfit');
  const unknown = await set(id, { colour: 'red' });
  assert.deepEqual([unknown.status, unknown.json['errors']?.[0]?.['path']], [
    422,
    'body.customFields.colour',
  ] as unknown[]);
  assert.equal((await done(set(id, { plan: 'gold' })))['sequence'], filled['sequence']);
  const emptied = await done(set(id, { birthday: null }));
  assert.deepEqual(emptied['customFields'] as unknown, { plan: 'gold', seats: 3 });
  const sql = `select c::text as row from contacts c where id = $1 union all
    select event_data::text from outbox_events where aggregate_id = $1 and event_type = 'contact.updated'
    union all select v::text from contact_custom_values v where contact_id = $1`;
  const rows = await rowsOf(sql, [id]);
  assert.equal(rows.length, 5);
  for (const { row } of rows) assert.doesNotMatch(row, /gold|2001-02-28/);
});

test('lists find who has a value, and who has the same', async () => {
  const [gold, silver, none] = [await api.contact(), await api.contact(), await api.contact()];
  await done(set(gold['id'], { plan: 'gold' }));
  await done(set(silver['id'], { plan: 'silver' }));
  const body = { projectId: api.tenant.projectId, name: 'Plans', isStatic: false };
  const path = `/v1/contact-lists/${(await done(post('/v1/contact-lists', body)))['id']}`;
  const members = async (operator: string, value?: string) => {
    await done(api.call('DELETE', `${path}/filter-rules`));
    await done(post(`${path}/filter-rules`, { filterType: 'custom_field', field: 'plan', operator, value }));
    await done(post(`${path}/recalculate`));
    const listed = new Set(idsOf(await done(api.call('GET', `${path}/contacts?limit=200`))));
    return [gold, silver, none].map(({ id }) => listed.has(id));
  };
  assert.deepEqual(await members('equals', 'GOLD'), [true, false, false]);
  assert.deepEqual(await members('not_equals', 'gold'), [false, true, true]);
  assert.deepEqual(await members('is_set'), [true, true, false]);
  assert.deepEqual(await members('is_not_set'), [false, false, true]);
  const ask = (field: string, operator: string) =>
    post(`${path}/filter-rules`, { filterType: 'custom_field', field, operator, value: 3 });
  refused(await ask('seats', 'greater_than'), 422, 'field_is_sealed');
  refused(await ask('colour', 'equals'), 422, 'reference_not_found');
});

test('merging unites them, undoing takes them apart; anonymizing destroys them', async () => {
  const [one, two] = [await api.contact(), await api.contact()];
  await done(set(one['id'], { plan: 'gold' }));
  await done(set(two['id'], { plan: 'silver', seats: 7 }));
  const path = `/v1/contacts/${one['id']}`;
  const merged = await done(post(`${path}/merge`, { contactIds: [two['id']], strategy: 'union' }));
  assert.deepEqual(merged['customFields'] as unknown, { plan: 'gold', seats: 7 });
  const found = () =>
    rowsOf('select key as row from contact_custom_values where contact_id = $1 order by 1', [one['id']]);
  assert.deepEqual(await found(), [{ row: 'plan' }, { row: 'seats' }]);
  const apart = await done(post(`${path}/unmerge`));
  assert.deepEqual(apart['customFields'] as unknown, { plan: 'gold' });
  assert.deepEqual(await found(), [{ row: 'plan' }]);
  await done(post(`${path}/anonymize`, {}));
  assert.equal((await done(api.call('GET', path)))['customFields'], null);
  assert.deepEqual(await found(), []);
});

test('what names a field that is not there is refused: rules of automations, conditions of steps', async () => {
  const { projectId } = api.tenant;
  const pipelineId = (await done(post('/v1/pipelines', { projectId, name: 'Sales' })))['id'];
  const automation = (actions: object[], conditions: object[] = []) =>
    post('/v1/automations', {
      ...{ projectId, pipelineId, name: 'X', trigger: { type: 'message.received' } },
      rules: [{ name: 'X', actions, conditions }],
    });
  const setting = (key: string) => [{ type: 'update_custom_field', params: { key, value: 'gold' } }];
  const asking = (key: string) => [{ field: `contact.custom.${key}`, operator: 'equals', value: 'gold' }];
  const pathOf = ({ json }: { readonly json: Json }) => json['errors']?.[0]?.['path'] as unknown;
  assert.equal(pathOf(await automation(setting('colour'))), 'body.rules.0.actions.0.params.key');
  assert.equal(pathOf(await automation(setting('plan'), asking('colour'))), 'body.rules.0.conditions.0.field');
  await done(automation(setting('plan'), asking('plan')));
  const sequence = (await done(post('/v1/sequences', { projectId, name: 'Welcome' })))['id'];
  const step = { delay: { amount: 1, unit: 'days' }, message: { type: 'text', content: 'x' } };
  const conditions = (field: string) => [{ type: 'custom_field', field, operator: 'is_set' }];
  const add = (field: string) => post(`/v1/sequences/${sequence}/steps`, { ...step, conditions: conditions(field) });
  assert.equal(pathOf(await add('colour')), 'body.conditions.0.field');
  await done(add('plan'));
});
