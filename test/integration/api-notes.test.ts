// Notes over HTTP: written, filtered, changed, pinned, deleted; what they say is sealed at rest.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { inTenant } from '../../db/transaction.ts';
import { done, idsOf, refused } from '../support/answers.ts';
import { startTestApi, type TestApi } from '../support/api.ts';
import { addAgent } from '../support/people.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi('api_notes');
});
after(() => api.close());

const post = (path: string, body?: unknown) => api.call('POST', path, { body });

test('notes are written, listed, changed with If-Match, pinned and deleted', async () => {
  const contactId = String((await api.contact())['id']);
  const made = [];
  for (const content of ['First', 'Second', 'Third'])
    made.push(await done(post('/v1/notes', { contactId, content, noteType: 'follow_up' })));
  const [first, second, third] = made.map(({ id }) => String(id));
  assert.deepEqual([made[0]?.['authorType'], made[0]?.['priority']], ['integration', 'normal'] as unknown[]);
  await done(post(`/v1/notes/${first}/pin`));
  const list = (query: string) => done(api.call('GET', `/v1/notes?contactId=${contactId}&${query}`));
  assert.deepEqual(idsOf(await list('pinned=true')), [first]);
  const page = await list('limit=2');
  assert.deepEqual(idsOf(page), [third, second]);
  assert.deepEqual(idsOf(await list(`limit=2&cursor=${page['nextCursor']}`)), [first]);
  assert.equal((await done(post(`/v1/notes/${first}/unpin`)))['pinned'], false);
  const { headers } = await api.call('GET', `/v1/notes/${second}`);
  const change = (content: string) =>
    api.call('PATCH', `/v1/notes/${second}`, {
      body: { content },
      headers: { 'if-match': String(headers.get('etag')) },
    });
  assert.equal((await done(change('Zweite')))['content'], 'Zweite');
  refused(await change('Deuxième'), 412, 'precondition_failed');
  await done(api.call('DELETE', `/v1/notes/${third}`));
  refused(await api.call('GET', `/v1/notes/${third}`), 404, 'not_found');
  refused(await post(`/v1/notes/${third}/pin`), 404, 'not_found');
  assert.deepEqual(idsOf(await list('')), [second, first]);
});

test('a note can be a task for an agent who can see to it', async () => {
  const contactId = String((await api.contact())['id']);
  const { id: forAgentId } = await addAgent(api);
  const task = { contactId, content: 'Send the quote', noteType: 'follow_up', dueAt: '2026-12-01T09:00:00.000Z' };
  const { id } = await done(post('/v1/notes', { ...task, forAgentId }));
  await done(post('/v1/notes', { contactId, content: 'For nobody' }));
  const [listed, ...others] = (await done(api.call('GET', `/v1/notes?forAgentId=${forAgentId}`))).data;
  assert.deepEqual([listed?.['id'], listed?.['dueAt'], others], [id, task.dueAt, []] as unknown[]);
  const change = (body: object) => api.call('PATCH', `/v1/notes/${id}`, { body });
  assert.equal((await done(change({ forAgentId: null })))['forAgentId'], null);
  for (const answer of [
    await change({ forAgentId: randomUUID() }),
    await post('/v1/notes', { ...task, forAgentId: id }),
  ])
    assert.deepEqual([answer.status, answer.json['errors']?.[0]?.['path']], [422, 'body.forAgentId'] as unknown[]);
});

test('notes are about contacts and sessions that there are; what they say is sealed', async () => {
  const contactId = String((await api.contact())['id']);
  refused(await post('/v1/notes', { contactId: randomUUID(), content: 'x' }), 422, 'reference_not_found');
  const answer = await post('/v1/notes', { contactId, sessionId: randomUUID(), content: 'x' });
  refused(answer, 422, 'reference_not_found');
  assert.equal(answer.json['errors']?.[0]?.['path'], 'body.sessionId' as unknown);
  const { id } = await done(post('/v1/notes', { contactId, content: 'A secret wish' }));
  const stored = await inTenant(api.database.pool, api.tenant.tenantId, async (tx) => {
    const { rows } = await tx.query<{ row: string }>(
      `select n::text as row from notes n where id = $1 union all select event_data::text from outbox_events where aggregate_id = $1`,
      [id],
    );
    return rows.map(({ row }) => row);
  });
  assert.equal(stored.length, 2);
  for (const row of stored) assert.match(row, new RegExp(`^(?!.*secret).*enc:v1:${contactId}:`));
  const stranger = await api.addTenant('tenant-b');
  refused(await api.call('GET', `/v1/notes/${id}`, { key: stranger.key }), 404, 'not_found');
});
