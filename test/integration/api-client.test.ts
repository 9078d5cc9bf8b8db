// The TypeScript client against the running API: what the README shows, lists of several pages, errors, answers that got lost, the live timeline.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { example } from '../../client/example.ts';
import { ApiProblem, createClient, dataOf, each, followTimeline } from '../../client/index.ts';
import { addToTimeline } from '../../db/projections/contact-timeline.ts';
import { inTenant } from '../../db/transaction.ts';
import { projectDir } from '../../ops/stack/paths.ts';
import { startTestApi, type TestApi } from '../support/api.ts';
import { delivery } from '../support/deliver.ts';
import { codeBlocks } from '../support/markdown.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi('api_client');
});
after(() => api.close());

type Sent = (request: Request) => Promise<Response>;
/** A client of the first tenant, over a connection of which the test decides. */
const clientOver = (send: Sent = fetch) => createClient({ baseUrl: api.address, token: api.tenant.key, fetch: send });
const problemOf = async (work: Promise<unknown>): Promise<ApiProblem> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ApiProblem, String(error));
  return error;
};
const newContact = (name: string, projectId = api.tenant.projectId) =>
  dataOf(clientOver().POST('/v1/contacts', { body: { projectId, name } }));

test('the README shows what runs', async () => {
  const [shown] = codeBlocks(path.join(projectDir, 'README.md')).filter(({ words }) => words[1] === 'client');
  const text = readFileSync(path.join(projectDir, 'client/example.ts'), 'utf8');
  assert.equal(`${shown?.text}\n`, text.slice(text.indexOf('import')).replace('./index.ts', './client/index.ts'));
  assert.deepEqual(await example(api.address, api.tenant.key), ['Ana Souza']);
});

test('a list is gone through page by page, as far as it is needed', async () => {
  const { id: projectId } = await dataOf(clientOver().POST('/v1/projects', { body: { name: 'Paged' } }));
  const made: string[] = [];
  for (const name of ['A', 'B', 'C', 'D', 'E']) made.unshift((await newContact(name, projectId)).id);
  let calls = 0;
  const client = clientOver((request) => {
    calls += 1;
    return fetch(request);
  });
  const contacts = () =>
    each((cursor) => client.GET('/v1/contacts', { params: { query: { projectId, limit: 2, cursor } } }));
  const seen: string[] = [];
  for await (const { id } of contacts()) seen.push(id);
  assert.deepEqual([seen, calls], [made, 3]);
  for await (const { id } of contacts()) if (id === made[1]) break;
  assert.equal(calls, 4);
});

test('refusals are thrown, with code, rule and what to change', async () => {
  const client = clientOver();
  const { id } = await newContact('Bia');
  const stale = { params: { path: { id }, header: { 'If-Match': '"7"' } }, body: { name: 'Beatriz' } };
  const late = await problemOf(client.PATCH('/v1/contacts/{id}', stale));
  assert.deepEqual([late.status, late.code], [412, 'precondition_failed']);
  const projectId = api.database.ids.next();
  const unknown = await problemOf(client.POST('/v1/contacts', { body: { projectId, name: 'X' } }));
  assert.deepEqual([unknown.rule, unknown.errors[0]?.path], ['reference_not_found', 'body.projectId']);
  assert.ok(unknown.requestId);
  const stranger = createClient({ baseUrl: api.address, token: async () => 'msk_nobody' });
  assert.equal((await problemOf(stranger.GET('/v1/projects'))).code, 'unauthenticated');
});

test('an answer that got lost is asked for again, and what was done is not done twice', async () => {
  let sent = 0;
  const client = clientOver(async (request) => {
    const answer = await fetch(request);
    sent += 1;
    if (sent === 1) throw new TypeError('fetch failed');
    return answer;
  });
  const body = { projectId: api.tenant.projectId, name: 'Caio', tags: ['once'] };
  const { data, response } = await client.POST('/v1/contacts', { body });
  assert.deepEqual([sent, response.headers.get('idempotency-replayed')], [2, 'true']);
  const found = await dataOf(client.GET('/v1/contacts', { params: { query: { tag: 'once' } } }));
  assert.deepEqual(
    found.data.map(({ id }) => id),
    [data?.id],
  );
});

test('409, 429 and 503 are tried again, a few times and never for long', async () => {
  const answering = (statuses: readonly number[], retryAfter?: string) => {
    const sent: (string | null)[] = [];
    const client = clientOver(async (request) => {
      const status = statuses[sent.length];
      sent.push(request.headers.get('idempotency-key'));
      if (status === undefined) return fetch(request);
      return new Response('busy', {
        status,
        ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
      });
    });
    const body = { projectId: api.tenant.projectId, name: 'Davi' };
    return { sent, call: () => client.POST('/v1/contacts', { body }) };
  };
  const busy = answering([409, 429, 503], '0');
  assert.equal((await busy.call()).response.status, 201);
  assert.deepEqual([busy.sent.length, new Set(busy.sent).size], [4, 1]);
  const away = answering([503, 503, 503, 503, 503], '0');
  assert.deepEqual([(await problemOf(away.call())).status, away.sent.length], [503, 4]);
  const long = answering([429], '3600');
  assert.deepEqual([(await problemOf(long.call())).status, long.sent.length], [429, 1]);
  const wrong = answering([422]);
  assert.deepEqual([(await problemOf(wrong.call())).code, wrong.sent.length], ['unknown', 1]);
});

test('the timeline is followed, also after the connection broke', async () => {
  const { tenantId, projectId } = api.tenant;
  const { id } = await newContact('Eva');
  let tags = 0;
  const addTag = async (): Promise<void> => {
    tags += 1;
    const type = 'contact.tag_added';
    const data = { contactId: id, tag: `tag ${tags}` };
    const { event } = delivery(id, tags, { type, aggregateType: 'contact', tenantId, data });
    await inTenant(api.database.pool, tenantId, (tx) => addToTimeline({ ...event, projectId }, tx));
  };
  const connections: AbortController[] = [];
  const client = clientOver(async (request) => {
    const cut = new AbortController();
    connections.push(cut);
    const answer = await fetch(request);
    const broken = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => cut.signal.addEventListener('abort', () => controller.error(new TypeError('terminated'))),
    });
    return new Response(answer.body?.pipeThrough(broken) ?? null, answer);
  });
  const stopped = new AbortController();
  const seen: unknown[] = [];
  await addTag();
  // From the beginning of all time.
  for await (const { entry } of followTimeline(client, id, { signal: stopped.signal, after: '0-0' })) {
    seen.push(entry.data['tag']);
    if (seen.length === 3) stopped.abort();
    else await addTag();
    if (seen.length === 1) connections[0]?.abort();
  }
  assert.deepEqual([seen, connections.length], [['tag 1', 'tag 2', 'tag 3'], 2]);
});
