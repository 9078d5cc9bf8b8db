// What callers get wrong: each a problem+json with the right status that says what to change, and nothing of the server's inside.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startTestApi, type TestAnswer, type TestApi } from '../support/api.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi('api_bad_input');
});
after(() => api.close());

function isProblem(answer: TestAnswer, status: number, code: string, says: RegExp): void {
  assert.equal(answer.status, status, JSON.stringify(answer.json));
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const { code: given, title, detail, requestId, status: inside } = answer.json;
  assert.equal(given, code);
  assert.equal(inside, status);
  assert.equal(requestId, answer.headers.get('x-request-id'));
  assert.ok(String(title).length > 0);
  const text = `${detail} ${JSON.stringify(answer.json['errors'] ?? [])}`;
  assert.match(text, says);
  assert.doesNotMatch(text, /at \w+ \(|\/api\/|select |insert /);
}

const oneMiB = 1024 * 1024;
const textOf = (bytes: number): string => `{"name":"${'x'.repeat(bytes - 11)}"}`;

describe('keys', () => {
  test('missing, malformed, unknown: 401', async () => {
    isProblem(await api.call('GET', '/v1/contacts', { key: null }), 401, 'unauthenticated', /Authorization: Bearer/);
    const headers = { authorization: 'Basic abc' };
    isProblem(await api.call('GET', '/v1/contacts', { key: null, headers }), 401, 'unauthenticated', /must read/);
    isProblem(await api.call('GET', '/v1/contacts', { key: 'msk_unknown' }), 401, 'unauthenticated', /not known/);
  });

  test('a key without the scope: 403 that names it', async () => {
    const key = await api.addKey(api.tenant.tenantId, ['read']);
    const body = { projectId: api.tenant.projectId, name: 'Ana' };
    isProblem(await api.call('POST', '/v1/contacts', { key, body }), 403, 'forbidden', /scope write/);
  });

  test('a revoked key stops working', async () => {
    const made = await api.call('POST', '/v1/api-keys', { body: { name: 'short', scopes: ['read'] } });
    const key = String(made.json['key']);
    assert.equal((await api.call('GET', '/v1/contacts', { key })).status, 200);
    assert.equal((await api.call('DELETE', `/v1/api-keys/${made.json['id']}`)).status, 204);
    isProblem(await api.call('GET', '/v1/contacts', { key }), 401, 'unauthenticated', /revoked/);
  });

  test('no key can give more than it has', async () => {
    const key = await api.addKey(api.tenant.tenantId, ['admin', 'read']);
    const body = { name: 'more', scopes: ['read', 'codec'] };
    isProblem(await api.call('POST', '/v1/api-keys', { key, body }), 403, 'forbidden', /leave out codec/);
  });
});

describe('ids and queries', () => {
  test('malformed ids: 400', async () => {
    for (const path of ['/v1/contacts/42', '/v1/messages/nope', '/v1/sagas/x', '/v1/raw-webhooks/x', '/v1/channels/-'])
      isProblem(await api.call('GET', path), 400, 'validation_failed', /must be a UUID/);
    isProblem(await api.call('GET', '/v1/sessions?contactId=7'), 400, 'validation_failed', /query\.contactId/);
  });

  test('an id in upper case is the same id', async () => {
    const contact = await api.contact();
    const answer = await api.call('GET', `/v1/contacts/${String(contact['id']).toUpperCase()}`);
    assert.equal(answer.json['id'], contact['id']);
  });

  test('limits and cursors that are none: 400', async () => {
    isProblem(await api.call('GET', '/v1/contacts?limit=0'), 400, 'validation_failed', /query\.limit/);
    isProblem(await api.call('GET', '/v1/contacts?limit=201'), 400, 'validation_failed', /query\.limit/);
    for (const cursor of [
      'x',
      'W10',
      Buffer.from('["; drop"]').toString('base64url'),
      Buffer.from('{}').toString('base64url'),
    ])
      isProblem(await api.call('GET', `/v1/contacts?cursor=${cursor}`), 400, 'validation_failed', /nextCursor/);
  });

  test('what is not there: 404', async () => {
    isProblem(await api.call('GET', `/v1/contacts/${randomUUID()}`), 404, 'not_found', /no such contact/);
    isProblem(await api.call('GET', '/v1/nothing'), 404, 'not_found', /\/docs/);
    isProblem(await api.call('PUT', '/v1/contacts'), 404, 'not_found', /PUT/);
  });
});

describe('bodies', () => {
  const create = (body: unknown, headers = {}) => api.call('POST', '/v1/contacts', { body, headers });

  test('not JSON, not UTF-8, missing, not fitting: 400 with the place', async () => {
    isProblem(await create('{"name":'), 400, 'validation_failed', /must be JSON/);
    isProblem(await create({}), 400, 'validation_failed', /body\.projectId/);
    isProblem(await create('[]'), 400, 'validation_failed', /body/);
    isProblem(
      await create({ projectId: api.tenant.projectId, name: 'A', nmae: 'B' }),
      400,
      'validation_failed',
      /nmae/,
    );
    isProblem(await api.call('POST', '/v1/contacts'), 400, 'validation_failed', /body/);
    const bytes = await sendRaw(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]));
    assert.equal(bytes.status, 400);
    assert.match(bytes.text, /UTF-8/);
  });

  test('depth, names and __proto__ do no harm', async () => {
    isProblem(await create('['.repeat(10_000) + ']'.repeat(10_000)), 400, 'validation_failed', /nested deeper/);
    for (const text of ['a\\u0000b', 'half \\ud83d', 'half \\uDE00'])
      isProblem(await create(`{"name":"${text}"}`), 400, 'validation_failed', /surrogate pair/);
    const names = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`n${index}`, 1]));
    isProblem(await create(names), 400, 'validation_failed', /more than 10000 names/);
    const polluted = `{"projectId":"${api.tenant.projectId}","name":"Eve","__proto__":{"admin":true}}`;
    isProblem(await create(polluted), 400, 'validation_failed', /__proto__/);
    assert.equal(({} as { admin?: boolean }).admin, undefined);
  });

  test('1 MiB + 1 byte: 413, by declared length and in chunks', async () => {
    isProblem(await create(textOf(oneMiB + 1)), 413, 'body_too_large', /1 MiB/);
    const chunked = await sendRaw(Buffer.from(textOf(oneMiB + 1)), { 'transfer-encoding': 'chunked' });
    assert.equal(chunked.status, 413);
    assert.match(chunked.text, /body_too_large/);
    isProblem(await create(textOf(oneMiB)), 400, 'validation_failed', /body\.name/);
  });

  test('another content type or encoding: 415', async () => {
    isProblem(
      await create('name=Ana', { 'content-type': 'text/plain' }),
      415,
      'unsupported_media_type',
      /application\/json/,
    );
    isProblem(await create('{}', { 'content-encoding': 'gzip' }), 415, 'unsupported_media_type', /Content-Encoding/);
  });
});

type Raw = { status: number; text: string };
/** Sends bytes as they are; without a declared length when told so. */
function sendRaw(
  body: Buffer,
  headers: Record<string, string> = { 'content-length': String(body.length) },
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = request(`${api.address}/v1/contacts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${api.tenant.key}`,
        'idempotency-key': randomUUID(),
        'content-type': 'application/json',
        ...headers,
      },
    });
    sent.on('response', (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
