// Signing in against those who guess, listen, copy tokens or want to be more than they are.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, mock, test } from 'node:test';
import pg from 'pg';
import { createRateLimiter } from '../../api/rate-limiter.ts';
import { startTestApi, type TestAnswer, type TestApi, type TestTenant } from '../support/api.ts';
import { addAgent, addPerson, open, signedIn, signIn } from '../support/people.ts';
import { search, tablePlaces } from '../support/places.ts';

let api: TestApi;
let admin: pg.Client;
let stranger: TestTenant;
before(async () => {
  api = await startTestApi('sign_in', { SIGN_IN_RATE_LIMIT_PER_MINUTE: 100_000 });
  stranger = await api.addTenant('tenant-b');
  admin = new pg.Client({ connectionString: api.stack.adminUrl });
  await admin.connect();
});
after(async () => {
  await admin.end();
  await api.close();
});

const told = ({ status, json }: TestAnswer): unknown[] => [status, json['rule'] ?? json['code']];
const me = (token: string): Promise<TestAnswer> => api.call('GET', '/v1/me', { key: token });
const refresh = (refreshToken: string): Promise<TestAnswer> => open(api, '/v1/sign-in/refresh', { refreshToken });
const key = (path: string, body?: unknown): Promise<TestAnswer> =>
  api.call('POST', path, body === undefined ? {} : { body });
const wrongPassword = 'not the password';

describe('guessing', () => {
  test('whoever can not sign in is told the same after the same work', async () => {
    const person = await addPerson(api);
    const withoutPassword = await addAgent(api);
    const bot = await addAgent(api, { type: 'bot' });
    const gone = await addPerson(api);
    assert.equal((await key(`/v1/agents/${gone.id}/deactivate`)).status, 200);
    const check = mock.method(api.deps.passwords, 'check');
    const password = wrongPassword;
    const answers = [
      await signIn(api, { email: person.email, password }),
      await signIn(api, { email: 'nobody@example.com', password }),
      await signIn(api, { email: String(withoutPassword['email']), password }),
      await signIn(api, { email: String(bot['email']), password }),
      await signIn(api, gone),
      await signIn(api, { ...person, tenantId: stranger.tenantId }),
      await signIn(api, { ...person, tenantId: 'no-such-tenant' }),
    ];
    const seen = answers.map(({ status, json, headers }) => {
      const { requestId: _, ...body } = json;
      const names = [...headers.keys()].filter((name) => !name.startsWith('ratelimit')).sort();
      return JSON.stringify([status, body, names]);
    });
    assert.equal(new Set(seen).size, 1, seen.join('\n'));
    assert.deepEqual(told(answers[0] as TestAnswer), [401, 'unauthenticated']);
    assert.equal(check.mock.callCount(), answers.length);
    check.mock.restore();
  });

  test('five wrong ones lock the address, whether somebody has it or not; each further one doubles the time', async () => {
    const person = await addPerson(api);
    for (const email of [person.email, 'ghost@example.com']) {
      const attempt = (password: string) => signIn(api, { email: email.toUpperCase(), password });
      const unlock = () =>
        admin.query("update sign_in_attempts set locked_until = now() - interval '1 second' where failed >= 5");
      for (let index = 0; index < 5; index += 1) assert.equal((await attempt(wrongPassword)).status, 401);
      const check = mock.method(api.deps.passwords, 'check');
      const locked = await attempt(person.password);
      assert.deepEqual(told(locked), [429, 'rate_limited']);
      const wait = Number(locked.headers.get('retry-after'));
      assert.ok(wait > 50 && wait <= 60, `${wait}`);
      assert.equal(check.mock.callCount(), 0);
      check.mock.restore();
      for (const longest of [120, 240]) {
        await unlock();
        assert.equal((await attempt(wrongPassword)).status, 401);
        const longer = Number((await attempt(wrongPassword)).headers.get('retry-after'));
        assert.ok(longer > longest - 10 && longer <= longest, `${longer}`);
      }
      await unlock();
    }
    assert.equal((await signIn(api, person)).status, 200);
    assert.equal((await signIn(api, { ...person, password: wrongPassword })).status, 401);
    assert.equal((await signIn(api, person)).status, 200, 'the count began anew');
  });

  test('the lock never lasts longer than an hour', async () => {
    const email = 'patient@example.com';
    await signIn(api, { email, password: wrongPassword });
    await admin.query('update sign_in_attempts set failed = 1000 where failed = 1 and locked_until is null');
    await signIn(api, { email, password: wrongPassword });
    const { headers } = await signIn(api, { email, password: wrongPassword });
    assert.ok(Number(headers.get('retry-after')) > 3_500 && Number(headers.get('retry-after')) <= 3_600);
  });

  test('twenty guesses at the same moment: five are looked at', async () => {
    const person = await addPerson(api);
    const check = mock.method(api.deps.passwords, 'check');
    const guesses = Array.from({ length: 20 }, (_, index) => `a guess, number ${index}`);
    const answers = await Promise.all(guesses.map((password) => signIn(api, { ...person, password })));
    assert.equal(check.mock.callCount(), 5);
    check.mock.restore();
    // A busy machine may have told some of them to come again.
    for (const { status } of answers) assert.ok([401, 429, 503].includes(status), String(status));
    assert.ok(answers.filter(({ status }) => status === 401).length <= 5);
    const token = (await key(`/v1/agents/${person.id}/password-token`)).json['token'];
    assert.equal((await open(api, '/v1/set-password', { token, password: 'a new one, not guessed' })).status, 204);
    assert.equal((await signIn(api, { ...person, password: 'a new one, not guessed' })).status, 200);
  });

  test('the own password is no way to guess it either', async () => {
    const agent = await signedIn(api);
    const change = (currentPassword: string) =>
      agent.call('POST', '/v1/me/password', { currentPassword, newPassword: 'quite another one' });
    for (let index = 0; index < 5; index += 1)
      assert.deepEqual(told(await change(wrongPassword)), [422, 'password_wrong']);
    assert.deepEqual(told(await change(agent.password)), [429, 'rate_limited']);
  });

  test('one network address may try so often a minute', async () => {
    const take = mock.method(api.deps.signInLimiter, 'take', createRateLimiter(3).take);
    const tries = [];
    for (let index = 0; index < 4; index += 1)
      tries.push((await signIn(api, { email: `n${index}@example.com`, password: wrongPassword })).status);
    take.mock.restore();
    assert.deepEqual(tries, [401, 401, 401, 429]);
  });
});

describe('passwords', () => {
  test('are set by a token that works once, for a time, and only as the last one given', async () => {
    const agent = await addAgent(api);
    const set = (token: unknown, password = 'a dog in the garden') =>
      open(api, '/v1/set-password', { token, password });
    const first = agent['passwordToken']?.['token'];
    assert.equal((await set(first, 'short')).status, 400);
    assert.deepEqual(told(await set(first, 'aaaaaaaaaaaaaaaa')), [422, 'password_too_simple']);
    const second = (await key(`/v1/agents/${agent['id']}/password-token`)).json['token'];
    assert.deepEqual(told(await set(first)), [422, 'token_unknown']);
    const both = await Promise.all([set(second), set(second, 'a bird on the roof')]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [204, 422]);
    const third = (await key(`/v1/agents/${agent['id']}/password-token`)).json['token'];
    await admin.query('update one_time_tokens set expires_at = now() where subject_id = $1', [agent['id']]);
    assert.deepEqual(told(await set(third)), [422, 'token_unknown']);
    assert.deepEqual(told(await set('mot_never')), [422, 'token_unknown']);
    // One for something else is none for this.
    const body = { projectId: api.tenant.projectId, email: 'x@example.com', role: 'viewer' };
    const invited = await key('/v1/project-members', body);
    assert.deepEqual(told(await set(invited.json['invitation']?.['token'])), [422, 'token_unknown']);
  });

  test('changed: the other sign-ins end, this one goes on', async () => {
    const agent = await signedIn(api);
    const other = await signIn(api, agent);
    const body = { currentPassword: agent.password, newPassword: 'quite another one' };
    assert.equal((await agent.call('POST', '/v1/me/password', body)).status, 204);
    assert.equal((await me(agent.token)).status, 200);
    assert.equal((await me(String(other.json['token']))).status, 401);
    assert.equal((await refresh(String(other.json['refreshToken']))).status, 401);
    assert.equal((await signIn(api, agent)).status, 401);
    assert.equal((await signIn(api, { ...agent, password: 'quite another one' })).status, 200);
    assert.equal((await key('/v1/me/password', body)).status, 403, 'a key has none');
  });
});

describe('tokens', () => {
  test('are dead at once: signed out, over, deactivated – also after activation', async () => {
    const [one, two, three] = [await signedIn(api), await signedIn(api), await signedIn(api)];
    assert.equal((await me(one.token)).json['id'], one.id);
    assert.equal((await one.call('POST', '/v1/sign-out')).status, 204);
    assert.deepEqual(told(await me(one.token)), [401, 'unauthenticated']);
    assert.equal((await refresh(one.refreshToken)).status, 401);
    await admin.query('update agent_sign_ins set token_expires_at = now() where agent_id = $1', [two.id]);
    assert.equal((await me(two.token)).status, 401);
    assert.equal((await refresh(two.refreshToken)).status, 200);
    await key(`/v1/agents/${three.id}/deactivate`);
    assert.equal((await me(three.token)).status, 401);
    assert.equal((await signIn(api, three)).status, 401);
    await key(`/v1/agents/${three.id}/activate`);
    assert.equal((await me(three.token)).status, 401);
    assert.equal((await refresh(three.refreshToken)).status, 401);
    assert.equal((await signIn(api, three)).status, 200);
  });

  test('a sign-in ends after 12 hours, however often it is refreshed', async () => {
    const agent = await signedIn(api);
    await admin.query("update agent_sign_ins set expires_at = now() + interval '1 minute' where agent_id = $1", [
      agent.id,
    ]);
    const { json } = await refresh(agent.refreshToken);
    assert.equal(json['tokenExpiresAt'], json['expiresAt']);
    await admin.query('update agent_sign_ins set expires_at = now() where agent_id = $1', [agent.id]);
    assert.equal((await me(String(json['token']))).status, 401);
    assert.equal((await refresh(String(json['refreshToken']))).status, 401);
  });

  test('refreshed: the ones before are void; a refresh token that comes again ends everything', async () => {
    const agent = await signedIn(api);
    const next = await refresh(agent.refreshToken);
    assert.equal(next.status, 200);
    assert.equal((await me(agent.token)).status, 401);
    const current = String(next.json['token']);
    assert.equal((await me(current)).status, 200);
    assert.equal((await refresh(agent.refreshToken)).status, 401);
    assert.equal((await me(current)).status, 401);
    assert.equal((await refresh(String(next.json['refreshToken']))).status, 401);
  });

  test('permissions are those of the moment', async () => {
    const agent = await signedIn(api, { permissions: ['read'] });
    const contact = () => agent.call('POST', '/v1/contacts', { projectId: api.tenant.projectId, name: 'Ana' });
    assert.match(JSON.stringify((await contact()).json), /permission write/);
    await key(`/v1/agents/${agent.id}/permissions`, { permission: 'write' });
    assert.equal((await contact()).status, 201);
    await api.call('DELETE', `/v1/agents/${agent.id}/permissions/write`);
    assert.deepEqual(told(await contact()), [403, 'forbidden']);
    await api.call('DELETE', `/v1/agents/${agent.id}/permissions/read`);
    assert.deepEqual((await me(agent.token)).json['scopes'], []);
  });

  test('see their own tenant only, and open no payloads of Temporal', async () => {
    const agent = await signedIn(api, { role: 'admin' });
    const theirs = await addAgent(api, {}, stranger);
    assert.equal((await agent.call('GET', `/v1/agents/${theirs['id']}`)).status, 404);
    assert.equal((await agent.call('POST', `/v1/agents/${theirs['id']}/password-token`)).status, 404);
    const codec = await api.call('POST', '/codec/decode', {
      key: agent.token,
      idempotencyKey: null,
      body: { payloads: [] },
    });
    assert.equal(codec.status, 401);
    const shared = { email: agent.email };
    const twin = await signedIn(api, shared, stranger);
    assert.equal((await me(twin.token)).json['tenantId'], stranger.tenantId);
    assert.equal((await signIn(api, { ...agent, password: twin.password })).status, 401);
  });

  test('what one agent was answered is no other’s, whatever Idempotency-Key it sends', async () => {
    const [one, two] = [await signedIn(api, { role: 'admin' }), await signedIn(api, { role: 'admin' })];
    const { id } = await addPerson(api);
    const ask = (token: string) =>
      api.call('POST', `/v1/agents/${id}/password-token`, { key: token, idempotencyKey: 'not very random' });
    assert.equal((await ask(one.token)).status, 200 + 1);
    assert.deepEqual(told(await ask(two.token)), [422, 'key_reused']);
  });
});

test('nobody makes anybody more than they are', async () => {
  const boss = await signedIn(api, { permissions: ['read', 'admin'] });
  const { projectId } = api.tenant;
  const strong = await addPerson(api, { role: 'admin' });
  const other = await addPerson(api, { role: 'viewer' });
  const all = await addAgent(api, { role: 'viewer' });
  const body = { projectId, name: 'x', type: 'human', email: 'more@example.com', role: 'agent' };
  const answers = [
    await boss.call('POST', `/v1/agents/${boss.id}/permissions`, { permission: 'send' }),
    await boss.call('POST', `/v1/agents/${all['id']}/permissions`, { permission: 'raw' }),
    await boss.call('POST', '/v1/agents', body),
    await boss.call('POST', '/v1/agents', { ...body, role: 'viewer', permissions: ['operate'] }),
    await boss.call('POST', `/v1/agents/${strong.id}/password-token`),
    await boss.call('POST', '/v1/project-members', { projectId, email: 'owner@example.com', role: 'owner' }),
    await boss.call('POST', '/v1/api-keys', { name: 'more', scopes: ['write'] }),
  ];
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([403]), JSON.stringify(answers.map(told)));
  assert.equal((await boss.call('POST', `/v1/agents/${other.id}/password-token`)).status, 201);
  // What reaches beyond the tenant is no permission at all.
  for (const permission of ['codec', 'installation'])
    assert.equal((await key(`/v1/agents/${other.id}/permissions`, { permission })).status, 400);
});

test('of passwords, tokens and secrets nothing is stored that could be used or guessed', async () => {
  const agent = await signedIn(api, { role: 'admin', name: 'Zuleide Canary' });
  const secrets = { username: 'canary-user', password: 'canary-of-credentials' };
  const body = { name: 'Mail', credentialType: 'basic_auth', secrets };
  assert.equal((await agent.call('POST', '/v1/credentials', body)).status, 201);
  const issued = String((await key(`/v1/agents/${agent.id}/password-token`)).json['token']);
  await agent.call('POST', '/v1/users', { name: 'Quirina', email: 'canary-user@example.com' });
  const values = [
    agent.password,
    agent.token,
    agent.refreshToken,
    issued,
    agent.email,
    'Zuleide',
    'Quirina',
    ...Object.values(secrets),
  ];
  const hashes = values.flatMap((value) =>
    ['hex', 'base64', 'base64url'].map((form) =>
      createHash('sha256')
        .update(value)
        .digest(form as 'hex'),
    ),
  );
  const places = await tablePlaces(api);
  const found = search(places, [...values, '$argon2id$']);
  assert.deepEqual(found, []);
  // Only what is too random to be guessed is known by its plain hash.
  const known = search(places, hashes).map(({ place }) => place.replace('table public.', ''));
  assert.deepEqual(new Set(known), new Set(['agent_sign_ins', 'one_time_tokens']));
  const plain = createHash('sha256')
    .update(`POST /v1/credentials agent:${agent.id}\n`)
    .update(JSON.stringify(body))
    .digest('hex');
  assert.deepEqual(search(places, [plain]), []);
});

test('anything at all, sent to where no key is asked for: no 5xx, nothing let in', async () => {
  const odd: unknown[] = [
    null,
    [],
    'x',
    7,
    {},
    { token: 1 },
    { tenantId: '\u0000', email: 'a@b.c', password: 'x' },
    { refreshToken: '' },
  ];
  odd.push(
    { token: 'x'.repeat(201), password: 'a dog in the garden' },
    { tenantId: 'demo', email: '\u0000@x', password: '\u0000' },
  );
  odd.push(
    { tenantId: api.tenant.tenantId, email: "' or 1=1 --", password: "' or 1=1 --" },
    { __proto__: { token: 'x' } },
  );
  for (const path of ['/v1/sign-in', '/v1/sign-in/refresh', '/v1/set-password', '/v1/project-members/accept'])
    for (const body of odd) {
      const { status } = await open(api, path, JSON.stringify(body));
      assert.ok([400, 401, 422].includes(status), `${path} ${JSON.stringify(body)}: ${status}`);
    }
  assert.equal((await api.call('POST', '/v1/sign-out', { key: null })).status, 401);
  assert.equal((await api.call('POST', '/v1/sign-out', { key: `mat_${randomUUID()}` })).status, 401);
});
