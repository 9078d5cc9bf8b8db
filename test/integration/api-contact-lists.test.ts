// Contact lists over HTTP: people fill static ones, rules fill dynamic ones; after a recalculation its contacts are those that a plain reading of the rules gives.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { aggregates } from '../../db/aggregates.ts';
import { maxMemberChanges, recalculate, requireRoom } from '../../db/contact-list-members.ts';
import { execute, load } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import { type Condition, condition } from '../../domain/contact-list/filter-rule.ts';
import { done, idsOf, refused } from '../support/answers.ts';
import { type Json, startTestApi, type TestApi } from '../support/api.ts';
import { arbitraryOf } from '../support/arbitrary-command.ts';
import { fits, type Person, peopleOf, storePeople } from '../support/list-people.ts';

let api: TestApi;
/** Random contacts in a project of their own. */
let people: { readonly projectId: string; readonly all: readonly Person[] };
before(async () => {
  api = await startTestApi('api_contact_lists');
  const projectId = String((await done(post('/v1/projects', { name: 'Random' })))['id']);
  people = { projectId, all: peopleOf(40, api.database.ids, 7) };
  await storePeople(api, { projectId, channelId: api.tenant.channelId }, people.all);
});
after(() => api.close());

const post = (path: string, body?: unknown) => api.call('POST', path, { body });
const get = (path: string) => done(api.call('GET', path));
const newList = async (data: object): Promise<string> => {
  const body = { projectId: api.tenant.projectId, name: `List ${randomUUID()}`, ...data };
  return `/v1/contact-lists/${(await done(post('/v1/contact-lists', body)))['id']}`;
};
const tagged = (value: string) => ({ filterType: 'tag', field: 'tags', operator: 'has', value });

describe('static lists', () => {
  test('take contacts and give them back, each once', async () => {
    const path = await newList({ isStatic: true });
    const made = [await api.contact(), await api.contact(), await api.contact()];
    const contactIds = made.map(({ id }) => String(id));
    await done(post(`${path}/contacts`, { contactIds: contactIds.slice(0, 2) }));
    await done(post(`${path}/contacts`, { contactIds }));
    const first = await get(`${path}/contacts?limit=2`);
    const second = await get(`${path}/contacts?limit=2&cursor=${first['nextCursor']}`);
    assert.deepEqual([...idsOf(first), ...idsOf(second)], contactIds.toReversed());
    assert.deepEqual(idsOf(await get(`/v1/contact-lists?contactId=${contactIds[0]}`)), [path.split('/').at(-1)]);
    assert.deepEqual(await get(`${path}/contact-count`), { contactCount: 3 });
    await done(post(`${path}/contacts/remove`, { contactIds: contactIds.slice(1) }));
    await done(post(`${path}/contacts/remove`, { contactIds: contactIds.slice(1) }));
    await done(api.call('DELETE', `/v1/contacts/${contactIds[0]}`));
    assert.deepEqual(idsOf(await get(`${path}/contacts`)), []);
    assert.deepEqual(await get(`${path}/contact-count`), { contactCount: 0 });
    const types = await eventTypes(path);
    assert.deepEqual([types['contact_list.contact_added'], types['contact_list.contact_removed']], [3, 2]);
  });

  test('a merged contact leaves its place to the primary; a list that is full takes nobody', async () => {
    const path = await newList({ isStatic: true });
    const [primary, merged] = [String((await api.contact())['id']), String((await api.contact())['id'])];
    await done(post(`${path}/contacts`, { contactIds: [merged, String((await api.contact())['id'])] }));
    await done(post(`/v1/contacts/${primary}/merge`, { contactIds: [merged], strategy: 'keep_primary' }));
    const left = idsOf(await get(`${path}/contacts`));
    assert.ok(left.includes(primary) && !left.includes(merged));
    assert.deepEqual(await get(`${path}/contact-count`), { contactCount: 2 });
    const listId = path.split('/').at(-1) ?? '';
    const room = (most: number) =>
      inTenant(api.database.pool, api.tenant.tenantId, (tx) => requireRoom(tx, listId, most));
    await assert.rejects(room(2), { rule: 'too_many_contacts' });
    await room(3);
  });

  test('refuse contacts that are not there, rules, recalculation and too many at once', async () => {
    const path = await newList({ isStatic: true });
    const stranger = await api.addTenant('tenant-b');
    const theirs = await api.call('POST', '/v1/contacts', {
      key: stranger.key,
      body: { projectId: stranger.projectId, name: 'Bia' },
    });
    const own = String((await api.contact())['id']);
    const answer = await post(`${path}/contacts`, { contactIds: [own, theirs.json['id']] });
    refused(answer, 422, 'reference_not_found');
    assert.equal(answer.json['errors']?.[0]?.['path'], 'body.contactIds.1' as unknown);
    assert.deepEqual(idsOf(await get(`${path}/contacts`)), []);
    const { id: projectId } = await done(post('/v1/projects', { name: 'Elsewhere' }));
    const elsewhere = await api.contact({ projectId });
    refused(await post(`${path}/contacts`, { contactIds: [elsewhere['id']] }), 422, 'reference_not_found');
    const many = Array.from({ length: maxMemberChanges + 1 }, () => own);
    refused(await post(`${path}/contacts`, { contactIds: many }), 400, 'validation_failed');
    refused(await post(`${path}/filter-rules`, tagged('vip')), 422, 'list_is_static');
    refused(await post(`${path}/recalculate`), 422, 'list_is_static');
    refused(await api.call('GET', `${path}/contacts`, { key: stranger.key }), 404, 'not_found');
  });

  test('eight writers at once: each contact is in once', async () => {
    const path = await newList({ isStatic: true });
    const contactIds = [String((await api.contact())['id'])];
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(`${path}/contacts`, { contactIds })));
    for (const { status } of answers) assert.equal(status, 204);
    assert.equal((await eventTypes(path))['contact_list.contact_added'], 1);
  });
});

describe('dynamic lists', () => {
  test('have names of their own, change with If-Match, and are gone once deleted', async () => {
    const name = `VIPs ${randomUUID()}`;
    const path = await newList({ isStatic: false, name });
    const { headers } = await api.call('GET', path);
    const again = { projectId: api.tenant.projectId, name: name.toUpperCase(), isStatic: true };
    refused(await post('/v1/contact-lists', again), 422, 'contact_list_name_taken');
    const rename = (logicalOperator: string) =>
      api.call('PATCH', path, { body: { logicalOperator }, headers: { 'if-match': String(headers.get('etag')) } });
    assert.equal((await done(rename('OR')))['logicalOperator'], 'OR');
    refused(await rename('AND'), 412, 'precondition_failed');
    refused(await post(`${path}/contacts`, { contactIds: [randomUUID()] }), 422, 'list_is_dynamic');
    await done(api.call('DELETE', path));
    refused(await api.call('GET', path), 404, 'not_found');
    await done(post('/v1/contact-lists', again));
  });

  test('are recalculated as a whole: one at a time, its progress is there, and no page beside it', async () => {
    const path = await newList({ isStatic: false });
    const asked = await done(post(`${path}/recalculations`));
    assert.equal((await done(post(`${path}/recalculations`)))['id'], asked['id']);
    const [run, ...others] = (await get(`${path}/recalculations`)).data;
    assert.deepEqual([run?.['id'], run?.['outcome'], run?.['changed'], others], [asked['id'], null, 0, []]);
    refused(await post(`${path}/recalculate`), 422, 'recalculation_running');
    const fixed = await newList({ isStatic: true });
    refused(await post(`${fixed}/recalculations`), 422, 'list_is_static');
    refused(await api.call('POST', `/v1/contact-lists/${randomUUID()}/recalculations`), 404, 'not_found');
  });

  test('ask only what the rows can answer', async () => {
    const path = await newList({ isStatic: false });
    const ask = (filter: object) => post(`${path}/filter-rules`, filter);
    const attribute = (field: string, operator: string, value?: unknown) => ({
      filterType: 'attribute',
      field,
      operator,
      value,
    });
    refused(await ask(attribute('phone', 'equals', '5511')), 422, 'field_is_sealed');
    refused(await ask(attribute('name', 'is_set')), 422, 'field_is_sealed');
    refused(await ask({ ...tagged('x'), filterType: 'custom_field' }), 422, 'reference_not_found');
    refused(await ask(attribute('language', 'like', 'p')), 422, 'filter_not_answerable');
    refused(
      await ask({ filterType: 'event', field: 'chat.created', operator: 'occurred' }),
      422,
      'event_not_in_timeline',
    );
    const unknown = { filterType: 'pipeline_status', field: randomUUID(), operator: 'is_set' };
    refused(await ask(unknown), 422, 'reference_not_found');
    const elsewhere = await done(post('/v1/pipelines', { projectId: people.projectId, name: 'Sales' }));
    refused(await ask({ ...unknown, field: elsewhere['id'] }), 422, 'reference_not_found');
    const channelPath = `/v1/channels/${api.tenant.channelId}`;
    refused(
      await post(`${channelPath}/associate-pipeline`, { pipelineId: elsewhere['id'] }),
      422,
      'reference_not_found',
    );
    const ofType = async (type: string) => idsOf(await get(`/v1/channels?type=${type}`));
    assert.deepEqual([await ofType('waha'), await ofType('telegram')], [[api.tenant.channelId], []]);
    refused(await ask({ ...tagged('x'), filterType: 'colour' }), 400, 'validation_failed');
  });

  test('are recalculated: who fits comes, who does not goes, and it is told', async () => {
    const path = await newList({ isStatic: false });
    const [ana, bia] = [await api.contact({ tags: ['gold'] }), await api.contact({ tags: ['gold'] })];
    await done(post(`${path}/filter-rules`, tagged('gold')));
    assert.deepEqual(await done(post(`${path}/recalculate`)), { complete: true, addedCount: 2, removedCount: 0 });
    await done(api.call('DELETE', `/v1/contacts/${ana['id']}/tags/gold`));
    const caio = await api.contact({ tags: ['gold'] });
    await done(post(`${path}/recalculate`));
    assert.deepEqual(idsOf(await get(`${path}/contacts`)), [caio['id'], bia['id']]);
    const { lastRecalculation } = await get(path);
    const { recalculatedAt: _, ...counts } = lastRecalculation as Json;
    assert.deepEqual(counts, { contactCount: 2, addedCount: 1, removedCount: 1 });
    await done(api.call('DELETE', `${path}/filter-rules`));
    assert.deepEqual(await done(post(`${path}/recalculate`)), { complete: true, addedCount: 0, removedCount: 2 });
  });

  test('more than a page: called again until it is complete; the count is of all', async () => {
    const { listId, recalculatePage } = await listOf(
      people.projectId,
      [{ ...tagged('3'), operator: 'has_not' }],
      'AND',
    );
    const wanted = people.all.filter(({ tags }) => !tags.includes('3')).length;
    assert.ok(wanted > 7);
    const pages = [];
    do pages.push(await recalculatePage(7));
    while (pages.at(-1)?.complete === false);
    assert.equal(pages.length, Math.ceil(wanted / 7));
    for (const { addedCount } of pages) assert.ok(addedCount <= 7);
    const { lastRecalculation } = await get(`/v1/contact-lists/${listId}`);
    const { recalculatedAt: _, ...counts } = lastRecalculation as Json;
    assert.deepEqual(counts, { contactCount: wanted, addedCount: wanted, removedCount: 0 });
  });

  test('hold whom a plain reading of the rules gives, whatever the rules', async () => {
    const anyRule = arbitraryOf(condition).map((rule) => condition.parse(rule));
    const someRules = fc.array(anyRule, { maxLength: 4 });
    let some = 0;
    await fc.assert(
      fc.asyncProperty(someRules, fc.constantFrom('AND', 'OR'), async (rules, logicalOperator) => {
        const members = await membersAfter(rules, logicalOperator);
        const now = new Date();
        const all = logicalOperator === 'AND';
        const expected = people.all.filter(
          (person) => rules.length > 0 && rules[all ? 'every' : 'some']((rule) => fits(person, rule, now)),
        );
        const wanted = expected.map(({ contactId }: Person) => contactId).sort();
        assert.deepEqual(members, wanted);
        some += wanted.length > 0 && wanted.length < people.all.length ? 1 : 0;
      }),
      { numRuns: 40 },
    );
    // Of forty random ones a quarter or so: none at all would say that the rules pick nobody.
    assert.ok(some > 0, 'every list was empty or everyone');
  });
});

/** Makes a dynamic list with these rules; gives what recalculates it, at most `limit` contacts at a time. */
async function listOf(projectId: string, rules: readonly object[], logicalOperator: string) {
  const { database, tenant } = api;
  const cause = { causationId: randomUUID(), correlationId: randomUUID() };
  const listId = database.ids.next();
  await inTenant(database.pool, tenant.tenantId, async (tx) => {
    const run = (type: 'contact_list.create' | 'contact_list.add_filter_rule', data: object) =>
      execute(database, tx, aggregates.contactList, listId, { type, data }, cause);
    const said = { listId, projectId, tenantId: tenant.tenantId, name: listId, isStatic: false, logicalOperator };
    await run('contact_list.create', said);
    for (const rule of rules) await run('contact_list.add_filter_rule', { ruleId: randomUUID(), condition: rule });
  });
  const recalculatePage = (limit?: number) =>
    inTenant(database.pool, tenant.tenantId, async (tx) => {
      const loaded = await load(database, tx, aggregates.contactList, listId, true);
      return recalculate(database, tx, loaded, cause, limit);
    });
  return { listId, recalculatePage };
}

/** The ids of the contacts in a list with these rules once it is recalculated. */
async function membersAfter(rules: readonly Condition[], logicalOperator: string): Promise<string[]> {
  const { listId, recalculatePage } = await listOf(people.projectId, rules, logicalOperator);
  assert.equal((await recalculatePage()).complete, true);
  return inTenant(api.database.pool, api.tenant.tenantId, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      'select contact_id as id from contact_list_members where list_id = $1 and removed_at is null order by 1',
      [listId],
    );
    return rows.map(({ id }) => id);
  });
}

/** How many events of each type the list and the places in it have had. */
function eventTypes(path: string): Promise<Readonly<Record<string, number>>> {
  return inTenant(api.database.pool, api.tenant.tenantId, async (tx) => {
    const { rows } = await tx.query<{ type: string; count: number }>(
      `select event_type as type, count(*)::int as count from outbox_events where event_data ->> 'listId' = $1 group by 1`,
      [path.split('/').at(-1)],
    );
    return Object.fromEntries(rows.map(({ type, count }) => [type, count]));
  });
}
