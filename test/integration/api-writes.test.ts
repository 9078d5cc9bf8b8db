// Writing calls: once per Idempotency-Key whatever happens at the same time, never over someone else's change; lists page without loss.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { inTenant } from '../../db/transaction.ts';
import { startTestApi, type TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi('api_writes');
});
after(() => api.close());

const count = (sql: string, values: unknown[] = []): Promise<number> =>
  inTenant(api.database.pool, api.tenant.tenantId, async (tx) => {
    const { rows } = await tx.query<{ count: number }>(sql, values);
    return rows[0]?.count ?? -1;
  });

describe('Idempotency-Key', () => {
  const create = (idempotencyKey: string | null, name: string, headers = {}) =>
    api.call('POST', '/v1/contacts', { idempotencyKey, headers, body: { projectId: api.tenant.projectId, name } });

  test('missing or unusable: 400', async () => {
    for (const answer of [await create(null, 'Ana'), await create('""', 'Ana'), await create('x'.repeat(256), 'Ana')]) {
      assert.equal(answer.status, 400);
      assert.match(JSON.stringify(answer.json['errors']), /Idempotency-Key/);
    }
  });

  test('eight at once: one effect, everyone gets that answer or is told to wait', async () => {
    const before = await count('select count(*) from contacts');
    const keys = Array.from({ length: 5 }, () => randomUUID());
    const answers = await Promise.all(keys.flatMap((key) => Array.from({ length: 8 }, () => create(key, 'Bia'))));
    for (const { status, json } of answers) {
      assert.ok(status === 201 || json['code'] === ('request_in_progress' as unknown), `${status} ${json['code']}`);
      if (status === 409) assert.equal(status, 409);
    }
    const made = new Set(answers.filter(({ status }) => status === 201).map(({ json }) => String(json['id'])));
    assert.equal(made.size, keys.length);
    assert.equal(await count('select count(*) from contacts'), before + keys.length);
  });

  test('again later: the same answer to the letter, quoted or bare', async () => {
    const key = randomUUID();
    const first = await create(key, 'Caio');
    const again = await create(`"${key}"`, 'Caio');
    assert.deepEqual([again.status, again.json], [first.status, first.json]);
    assert.equal(again.headers.get('etag'), first.headers.get('etag'));
    assert.equal(again.headers.get('location'), first.headers.get('location'));
    assert.equal(first.headers.get('idempotency-replayed'), null);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
  });

  test('for another body, path or precondition: 422', async () => {
    const key = randomUUID();
    const made = await create(key, 'Duda');
    const other = await create(key, 'Dudu');
    assert.deepEqual([other.status, other.json['code']], [422, 'key_reused']);
    const path = `/v1/contacts/${made.json['id']}`;
    assert.equal((await api.call('DELETE', path, { idempotencyKey: key })).status, 422);
  });

  test('of another tenant is another key', async () => {
    const other = await api.addTenant('tenant-keys');
    const key = randomUUID();
    const own = await create(key, 'Eva');
    const body = { projectId: other.projectId, name: 'Eva' };
    const theirs = await api.call('POST', '/v1/contacts', { key: other.key, idempotencyKey: key, body });
    assert.equal(theirs.status, 201);
    assert.notEqual(theirs.json['id'], own.json['id']);
  });

  test('a refused request leaves the key unused; the kept answer is sealed', async () => {
    const key = randomUUID();
    const body = { projectId: randomUUID(), name: 'Fabi' };
    assert.equal((await api.call('POST', '/v1/contacts', { idempotencyKey: key, body })).status, 422);
    assert.equal((await create(key, 'Fabi')).status, 201);
    assert.equal(await count("select count(*) from idempotency_keys where response not like 'enc:v1:%'"), 0);
  });

  test('after 24 hours it is new', async () => {
    const key = randomUUID();
    const first = await create(key, 'Gil');
    const admin = new pg.Client({ connectionString: api.stack.adminUrl });
    await admin.connect();
    await admin.query("update idempotency_keys set expires_at = now() - interval '1 second' where key = $1", [key]);
    await admin.end();
    assert.notEqual((await create(key, 'Gil')).json['id'], first.json['id']);
  });
});

describe('versions', () => {
  test('reads carry an ETag; If-Match guards a write; If-None-Match saves the body', async () => {
    const { id } = await api.contact();
    const path = `/v1/contacts/${id}`;
    const read = await api.call('GET', path);
    const etag = String(read.headers.get('etag'));
    assert.equal(etag, `"${read.json['sequence']}"`);
    assert.equal((await api.call('GET', path, { headers: { 'if-none-match': etag } })).status, 304);
    const rename = (name: string, match: string) =>
      api.call('PATCH', path, { body: { name }, headers: { 'if-match': match } });
    const renamed = await rename('Ana Maria', etag);
    assert.equal(renamed.status, 200);
    assert.notEqual(renamed.headers.get('etag'), etag);
    const late = await rename('Ana Paula', etag);
    assert.deepEqual([late.status, late.json['code']], [412, 'precondition_failed']);
    assert.equal((await rename('Ana Paula', 'W/"1"')).status, 412);
    assert.equal((await rename('Ana Paula', '*')).status, 200);
    assert.equal((await api.call('GET', path)).json['name'], 'Ana Paula');
  });

  test('many writers of one contact: each change is there, none is lost', async () => {
    const { id } = await api.contact();
    const tags = Array.from({ length: 20 }, (_, index) => `tag-${index}`);
    const answers = await Promise.all(
      tags.map((tag) => api.call('POST', `/v1/contacts/${id}/tags`, { body: { tag } })),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    const read = await api.call('GET', `/v1/contacts/${id}`);
    assert.deepEqual([...(read.json['tags'] as unknown as string[])].sort(), tags.toSorted());
  });
});

describe('contacts', () => {
  test('found by phone in any writing, by e-mail in any case, by tag', async () => {
    const made = await api.contact({ phone: '+5521998765432', email: 'Hugo@Example.com', tags: ['vip'] });
    const found = async (query: string) => {
      const { json } = await api.call('GET', `/v1/contacts?${query}`);
      return json.data.map(({ id }) => id as unknown);
    };
    assert.deepEqual(await found('phone=552198765432'), [made['id']]);
    assert.deepEqual(await found('phone=%2B55%20(21)%2099876-5432'), [made['id']]);
    assert.deepEqual(await found('email=hugo%40example.COM'), [made['id']]);
    assert.deepEqual(await found('tag=vip'), [made['id']]);
    assert.deepEqual(await found('tag=nobody'), []);
  });

  test('one number, one contact: also at the same moment', async () => {
    const body = { projectId: api.tenant.projectId, name: 'Iara', phone: '5521911112222' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => api.call('POST', '/v1/contacts', { body })));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    for (const { status, json } of answers)
      if (status !== 201) assert.deepEqual([status, json['rule']], [422, 'phone_taken']);
  });

  test('deleted: gone for everyone, its number is free', async () => {
    const made = await api.contact({ phone: '5521933334444' });
    const path = `/v1/contacts/${made['id']}`;
    assert.equal((await api.call('DELETE', path)).status, 204);
    assert.equal((await api.call('GET', path)).status, 404);
    assert.equal((await api.call('PATCH', path, { body: { name: 'x' } })).status, 404);
    assert.equal((await api.contact({ phone: '5521933334444' }))['phone'], '5521933334444');
  });

  test('erased: personal fields are null, and it is said', async () => {
    const made = await api.contact({ phone: '5521955556666' });
    await inTenant(api.database.pool, api.tenant.tenantId, (tx) =>
      tx.query('update subject_keys set wrapped_key = null where subject_id = $1', [made['id']]),
    );
    const fresh = await startReader();
    try {
      const { json } = await fresh(`/v1/contacts/${made['id']}`);
      assert.deepEqual([json['erased'], json['name'], json['phone'], json['email']], [true, null, null, null]);
    } finally {
      await fresh.close();
    }
  });
});

/** A second process's view: its key cache is empty. */
async function startReader() {
  const { openDatabase } = await import('../../db/deps.ts');
  const { readOne } = await import('../../db/queries/read-state.ts');
  const { contactStore } = await import('../../db/stores/contact-store.ts');
  const database = openDatabase(api.stack.config, { name: 'reader' });
  const read = async (path: string) => {
    const id = path.split('/').at(-1) ?? '';
    const view = await inTenant(database.pool, api.tenant.tenantId, (tx) =>
      readOne(tx, database.keysOf, contactStore, id),
    );
    return { json: { ...view } as Readonly<Record<string, unknown>> };
  };
  return Object.assign(read, { close: database.close });
}

describe('lists', () => {
  test('pages hold everything once, also while rows are added', async () => {
    const project = await api.call('POST', '/v1/projects', { body: { name: 'Paged' } });
    const projectId = project.json['id'];
    const add = async (): Promise<string> => String((await api.contact({ projectId }))['id']);
    const made = [];
    for (let index = 0; index < 7; index += 1) made.push(await add());
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { json } = await api.call('GET', `/v1/contacts?projectId=${projectId}&limit=3${query}`);
      assert.ok(json.data.length <= 3);
      seen.push(...json.data.map(({ id }) => String(id)));
      cursor = json['nextCursor'] as unknown as string | null;
      await add();
    } while (cursor !== null);
    assert.deepEqual(seen, made.toReversed());
  });
});

describe('limits of use', () => {
  test('answers tell what is left; beyond it 429 with Retry-After', async () => {
    const slow = await startTestApi('api_limits', { API_RATE_LIMIT_PER_MINUTE: 5 });
    try {
      const first = await slow.call('GET', '/v1/projects');
      assert.deepEqual(
        ['limit', 'remaining', 'reset'].map((name) => first.headers.get(`ratelimit-${name}`)),
        ['5', '4', '12'],
      );
      const refused = await eventually(async () => {
        const answer = await slow.call('GET', '/v1/projects');
        return answer.status === 429 && answer;
      });
      assert.equal(refused.json['code'], 'rate_limited');
      assert.ok(Number(refused.headers.get('retry-after')) >= 1);
      const other = await slow.addKey(slow.tenant.tenantId, ['read']);
      assert.equal((await slow.call('GET', '/v1/projects', { key: other })).status, 200);
    } finally {
      await slow.close();
    }
  });
});
