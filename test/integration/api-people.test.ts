// Users, agents, members, agents' parts in sessions, credentials over HTTP: made, listed, changed, refused; and nothing of it is another tenant's.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { useCredential } from '../../db/credential-secrets.ts';
import { execute } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import { type Json, startTestApi, type TestAnswer, type TestApi, type TestTenant } from '../support/api.ts';
import { addAgent, addPerson, open, signedIn, signIn } from '../support/people.ts';

let api: TestApi;
let stranger: TestTenant;
let projectId: string;
before(async () => {
  api = await startTestApi('api_people', { SIGN_IN_RATE_LIMIT_PER_MINUTE: 100_000 });
  stranger = await api.addTenant('tenant-b');
  projectId = api.tenant.projectId;
});
after(() => api.close());

const call = (method: string, path: string, body?: unknown, headers = {}): Promise<TestAnswer> =>
  api.call(method, path, { headers, ...(body !== undefined && { body }) });
const refused = ({ status, json }: TestAnswer): unknown[] => [status, json['rule'] ?? json['code']];
const ids = ({ json }: TestAnswer): string[] => json.data.map(({ id }) => String(id));
const cause = () => ({ causationId: randomUUID(), correlationId: randomUUID() });

async function session(): Promise<string> {
  const sessionId = api.database.ids.next();
  const { tenantId, channelId } = api.tenant;
  const contactId = String((await api.contact())['id']);
  const data = { sessionId, contactId, projectId, tenantId, channelId, channelTypeId: randomUUID() };
  await inTenant(api.database.pool, tenantId, (tx) =>
    execute(api.database, tx, aggregates.session, sessionId, { type: 'session.start', data }, cause()),
  );
  return sessionId;
}

describe('users', () => {
  test('made, found by address in any case, changed, deleted', async () => {
    const made = await call('POST', '/v1/users', { name: 'Olga', email: 'Olga@Example.com' });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const path = `/v1/users/${made.json['id']}`;
    assert.equal(made.headers.get('location'), path);
    assert.deepEqual(ids(await call('GET', '/v1/users?email=olga%40EXAMPLE.com')), [made.json['id']]);
    assert.deepEqual(refused(await call('POST', '/v1/users', { name: 'O', email: 'olga@example.com' })), [
      422,
      'email_taken',
    ]);
    const etag = { 'if-match': String(made.headers.get('etag')) };
    const changed = await call('PATCH', path, { name: 'Olga Reis' }, etag);
    assert.deepEqual([changed.status, changed.json['name']], [200, 'Olga Reis']);
    assert.equal((await call('PATCH', path, { name: 'x' }, etag)).status, 412);
    assert.equal((await api.call('GET', path, { key: stranger.key })).status, 404);
    assert.equal((await call('DELETE', path)).status, 204);
    assert.equal((await call('GET', path)).status, 404);
    assert.equal((await call('POST', '/v1/users', { name: 'O', email: 'olga@example.com' })).status, 201);
  });

  test('a project names who pays for it, if they are there', async () => {
    const account = await call('POST', '/v1/billing-accounts', { name: 'Shop', billingEmail: 'pay@example.com' });
    const billingAccountId = account.json['id'];
    const paid = await call('POST', '/v1/projects', { name: 'Shop', billingAccountId });
    assert.deepEqual([paid.status, paid.json['billingAccountId']], [201, billingAccountId]);
    assert.equal((await call('POST', `/v1/billing-accounts/${billingAccountId}/cancel`)).status, 200);
    const canceled = await call('POST', '/v1/projects', { name: 'Shop', billingAccountId });
    assert.deepEqual(refused(canceled), [422, 'reference_not_found']);
  });

  test('a project is set up by a user that is there', async () => {
    const user = await call('POST', '/v1/users', { name: 'Paul', email: 'paul@example.com' });
    const made = await call('POST', '/v1/projects', { name: 'Second', userId: user.json['id'] });
    assert.equal(made.json['userId'], user.json['id']);
    assert.deepEqual(refused(await call('POST', '/v1/projects', { name: 'Third', userId: randomUUID() })), [
      422,
      'reference_not_found',
    ]);
  });
});

describe('agents', () => {
  test('one address, one agent: also at the same moment, and when it is changed', async () => {
    const body = { projectId, name: 'Rui', email: 'rui@example.com', type: 'human', role: 'viewer' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => call('POST', '/v1/agents', body)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 422, 422, 422]);
    for (const answer of answers) if (answer.status === 422) assert.deepEqual(refused(answer), [422, 'email_taken']);
    const other = await addAgent(api);
    assert.deepEqual(refused(await call('PATCH', `/v1/agents/${other['id']}`, { email: 'RUI@example.com' })), [
      422,
      'email_taken',
    ]);
    const theirs = { ...body, projectId: stranger.projectId };
    assert.equal((await api.call('POST', '/v1/agents', { key: stranger.key, body: theirs })).status, 201);
  });

  test('listed with filters and cursor', async () => {
    const project = String((await call('POST', '/v1/projects', { name: 'Team' })).json['id']);
    const made: string[] = [];
    for (const type of ['human', 'ai', 'bot'])
      made.unshift(String((await addAgent(api, { projectId: project, type, role: 'viewer' }))['id']));
    const first = await call('GET', `/v1/agents?projectId=${project}&limit=2`);
    const next = await call('GET', `/v1/agents?projectId=${project}&limit=2&cursor=${first.json['nextCursor']}`);
    assert.deepEqual([...ids(first), ...ids(next)], made);
    assert.deepEqual(ids(await call('GET', `/v1/agents?projectId=${project}&type=ai`)), [made[1]]);
    assert.deepEqual(ids(await call('GET', `/v1/agents?projectId=${project}&status=inactive`)), []);
  });

  test('the project has to be there, also for whoever names another tenant’s', async () => {
    for (const other of [randomUUID(), stranger.projectId]) {
      const body = { projectId: other, name: 'x', type: 'bot', role: 'viewer' };
      const answer = await call('POST', '/v1/agents', body);
      assert.deepEqual(refused(answer), [422, 'reference_not_found']);
      assert.match(JSON.stringify(answer.json['errors']), new RegExp(other));
    }
  });

  test('programs get no token to set a password; nor does a deactivated agent', async () => {
    const bot = await addAgent(api, { type: 'bot' });
    assert.equal(bot['passwordToken'], null);
    assert.deepEqual(refused(await call('POST', `/v1/agents/${bot['id']}/password-token`)), [422, 'agent_not_human']);
    const gone = await addAgent(api);
    assert.equal((await call('POST', `/v1/agents/${gone['id']}/deactivate`)).json['status'], 'inactive');
    assert.deepEqual(refused(await call('POST', `/v1/agents/${gone['id']}/password-token`)), [422, 'agent_inactive']);
  });

  test('a session is given to an active agent of the tenant only', async () => {
    const sessionId = await session();
    const assign = (agentId: unknown) => call('POST', `/v1/sessions/${sessionId}/assign`, { agentId });
    const agent = await addAgent(api);
    assert.equal((await assign(agent['id'])).json['agentId'], agent['id']);
    const gone = await addAgent(api);
    await call('POST', `/v1/agents/${gone['id']}/deactivate`);
    const theirs = await addAgent(api, {}, { ...stranger, projectId: stranger.projectId });
    for (const id of [randomUUID(), gone['id'], theirs['id']])
      assert.deepEqual(refused(await assign(id)), [422, 'reference_not_found']);
    assert.equal((await call('GET', `/v1/sessions/${sessionId}`)).json['agentId'], agent['id']);
  });
});

describe('agents in sessions', () => {
  test('joins once, leaves with a reason, may come back', async () => {
    const sessionId = await session();
    const agent = await signedIn(api);
    const join = () => agent.call('POST', '/v1/agent-sessions', { sessionId });
    const joined = await Promise.all([join(), join()]);
    assert.deepEqual(joined.map(refused).sort(), [
      [201, undefined],
      [422, 'already_in_session'],
    ]);
    const mine = await agent.call('GET', `/v1/agent-sessions?agentId=${agent.id}&active=true`);
    assert.equal(mine.json.data.length, 1);
    const path = `/v1/agent-sessions/${ids(mine)[0]}`;
    assert.equal((await api.call('GET', path, { key: stranger.key })).status, 404);
    const left = await agent.call('POST', `${path}/leave`, {});
    assert.deepEqual([left.json['leaveReason'], typeof left.json['leftAt']], ['left', 'string']);
    assert.equal((await join()).status, 201);
    assert.equal((await agent.call('GET', `/v1/agent-sessions?sessionId=${sessionId}`)).json.data.length, 2);
  });

  test('nobody joins what has ended or is not there; a key takes part in nothing itself', async () => {
    const sessionId = await session();
    const { id: agentId } = await addAgent(api);
    const join = (body: object) => call('POST', '/v1/agent-sessions', body);
    assert.equal((await join({ sessionId })).status, 400);
    assert.deepEqual(refused(await join({ sessionId: randomUUID(), agentId })), [422, 'reference_not_found']);
    assert.deepEqual(refused(await join({ sessionId, agentId: randomUUID() })), [422, 'reference_not_found']);
    assert.equal((await join({ sessionId, agentId })).status, 201);
    assert.equal((await call('POST', `/v1/sessions/${sessionId}/close`, { reason: 'manual_close' })).status, 200);
    const after = await call('GET', `/v1/agent-sessions?sessionId=${sessionId}`);
    assert.deepEqual(
      after.json.data.map(({ leaveReason }) => leaveReason as unknown),
      ['session_ended'],
    );
    assert.deepEqual(refused(await join({ sessionId, agentId })), [422, 'session_not_active']);
  });
});

describe('project members', () => {
  const invite = (body: object): Promise<TestAnswer> => call('POST', '/v1/project-members', { projectId, ...body });
  const accept = (invited: Json, more: object = {}): Promise<TestAnswer> =>
    open(api, '/v1/project-members/accept', { token: invited['invitation']?.['token'], ...more });
  const newcomer = { name: 'Nina', password: 'a cat under the table' };

  test('a newcomer becomes an agent by accepting, once, and signs in', async () => {
    const invited = await invite({ email: 'nina@example.com', role: 'member' });
    assert.equal(invited.status, 201, JSON.stringify(invited.json));
    assert.deepEqual(refused(await invite({ email: 'NINA@example.com', role: 'viewer' })), [422, 'already_member']);
    assert.deepEqual(refused(await accept(invited.json)), [422, 'name_and_password_needed']);
    const both = await Promise.all([accept(invited.json, newcomer), accept(invited.json, newcomer)]);
    assert.deepEqual(both.map(refused).sort(), [
      [200, undefined],
      [422, 'token_unknown'],
    ]);
    const member = await call('GET', `/v1/project-members/${invited.json['id']}`);
    assert.equal(typeof member.json['acceptedAt'], 'string');
    const agent = await call('GET', `/v1/agents/${member.json['agentId']}`);
    assert.deepEqual([agent.json['name'], agent.json['permissions']], ['Nina', ['read', 'write', 'send']]);
    assert.equal((await signIn(api, { email: 'nina@example.com', password: newcomer.password })).status, 200);
  });

  test('who is an agent already is joined, by address or by id', async () => {
    const [one, two] = [await addAgent(api), await addAgent(api)];
    const byAddress = await invite({ email: one['email'], role: 'viewer' });
    assert.equal((await accept(byAddress.json)).json['agentId'], one['id']);
    const byId = await invite({ agentId: two['id'], role: 'viewer' });
    assert.deepEqual([byId.json['email'], byId.json['agentId']], [two['email'], two['id']]);
    assert.equal((await accept(byId.json)).json['agentId'], two['id']);
    assert.deepEqual(refused(await invite({ role: 'viewer' })), [422, 'invitee_missing']);
    assert.deepEqual(refused(await invite({ agentId: randomUUID(), role: 'viewer' })), [422, 'reference_not_found']);
  });

  test('an agent that is taken out of its last project works no more; one that is in another one does', async () => {
    const agent = await addAgent(api);
    const other = String((await call('POST', '/v1/projects', { name: 'Other' })).json['id']);
    const members = [];
    for (const project of [projectId, other]) {
      const invited = await invite({ projectId: project, agentId: agent['id'], role: 'viewer' });
      assert.equal((await accept(invited.json)).status, 200);
      members.push(`/v1/project-members/${invited.json['id']}`);
    }
    const statusNow = async () => (await call('GET', `/v1/agents/${agent['id']}`)).json['status'];
    assert.equal((await call('DELETE', members[0] ?? '')).status, 204);
    assert.equal(await statusNow(), 'active');
    assert.equal((await call('DELETE', members[1] ?? '')).status, 204);
    assert.equal(await statusNow(), 'inactive');
  });

  test('a withdrawn invitation and one that was given anew are void', async () => {
    const first = await invite({ email: 'oto@example.com', role: 'viewer' });
    const path = `/v1/project-members/${first.json['id']}`;
    const again = await call('POST', `${path}/invitation`);
    assert.deepEqual(refused(await accept(first.json, newcomer)), [422, 'token_unknown']);
    assert.equal((await call('DELETE', path)).status, 204);
    assert.deepEqual(refused(await accept({ invitation: again.json } as never, newcomer)), [422, 'token_unknown']);
    assert.equal((await call('GET', path)).status, 404);
    assert.equal((await invite({ email: 'oto@example.com', role: 'viewer' })).status, 201);
  });

  test('the last owner stays, also when two go at the same moment', async () => {
    const project = String((await call('POST', '/v1/projects', { name: 'Owned' })).json['id']);
    const owner = async (): Promise<string> => {
      const agent = await addAgent(api);
      const invited = await invite({ projectId: project, agentId: agent['id'], role: 'owner' });
      assert.equal((await accept(invited.json)).status, 200);
      return `/v1/project-members/${invited.json['id']}`;
    };
    const [one, two] = [await owner(), await owner()];
    const waiting = await invite({ projectId: project, email: 'late@example.com', role: 'owner' });
    const gone = await Promise.all([call('DELETE', one), call('PATCH', two, { role: 'viewer' })]);
    assert.deepEqual(gone.map(({ status }) => status < 300).sort(), [false, true]);
    const [refusal] = gone.filter(({ status }) => status >= 300);
    assert.ok(refusal);
    assert.deepEqual(refused(refusal), [422, 'last_owner']);
    // Who was only invited is no owner yet, and may be withdrawn.
    assert.equal((await call('DELETE', `/v1/project-members/${waiting.json['id']}`)).status, 204);
  });
});

describe('credentials', () => {
  const create = (body: object): Promise<TestAnswer> =>
    call('POST', '/v1/credentials', { name: 'Ads', credentialType: 'oauth', ...body });
  const secrets = { accessToken: 'first-access', refreshToken: 'first-refresh', clientSecret: 'of-the-client' };
  const opened = (id: unknown) =>
    inTenant(api.database.pool, api.tenant.tenantId, (tx) => useCredential(api.database, tx, String(id), cause()));

  test('secrets go in and come out for a use only', async () => {
    assert.deepEqual(refused(await create({ secrets: {} })), [422, 'credential_incomplete']);
    const made = await create({ secrets, expiresAt: '2100-01-01T00:00:00.000Z' });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const path = `/v1/credentials/${made.json['id']}`;
    assert.deepEqual(await opened(made.json['id']), secrets);
    const body = { accessToken: 'second-access', expiresAt: '2100-02-01T00:00:00.000Z' };
    const fresh = await call('POST', `${path}/refresh`, body);
    assert.equal(fresh.status, 200, JSON.stringify(fresh.json));
    assert.deepEqual(await opened(made.json['id']), { ...secrets, accessToken: 'second-access' });
    const replaced = await call('PATCH', path, { secrets: { accessToken: 'third-access' } });
    assert.deepEqual(replaced.json['secretNames'], ['accessToken']);
    const shown = JSON.stringify([
      made,
      fresh,
      replaced,
      await call('GET', path),
      await call('GET', '/v1/credentials'),
    ]);
    for (const secret of [...Object.values(secrets), 'second-access', 'third-access'])
      assert.ok(!shown.includes(secret), secret);
    assert.equal((await api.call('GET', path, { key: stranger.key })).status, 404);
  });

  test('where tokens come from must lead to the public internet; what came of refreshes is listed', async () => {
    const inner = await create({ secrets: { ...secrets, tokenUrl: 'https://127.0.0.1/token' } });
    assert.deepEqual([inner.status, inner.json['errors']?.[0]?.['path']], [400, 'body.secrets.tokenUrl']);
    const { json } = await create({ secrets: { ...secrets, tokenUrl: 'https://auth.shop.com/token' } });
    assert.ok((json['secretNames'] as unknown as string[]).includes('tokenUrl'), JSON.stringify(json));
    const path = `/v1/credentials/${json['id']}`;
    const moved = await call('PATCH', path, { secrets: { ...secrets, tokenUrl: 'https://[::1]/token' } });
    assert.equal(moved.status, 400);
    await inTenant(api.database.pool, api.tenant.tenantId, (tx) =>
      tx.query(
        `insert into credential_refreshes (tenant_id, id, credential_id, attempts, ended_at, outcome) values ($1, $2, $3, 1, now(), 'refused')`,
        [tx.tenantId, api.database.ids.next(), json['id']],
      ),
    );
    const [refresh, ...others] = (await call('GET', `${path}/refreshes`)).json.data;
    assert.deepEqual([refresh?.['attempts'], refresh?.['outcome'], others], [1, 'refused', []]);
    assert.equal((await api.call('GET', `${path}/refreshes`, { key: stranger.key })).status, 404);
  });

  test('what is deactivated or over can not be used', async () => {
    const { json } = await create({ credentialType: 'api_key', secrets: { apiKey: 'k' } });
    const path = `/v1/credentials/${json['id']}`;
    assert.equal((await call('POST', `${path}/deactivate`)).json['status'], 'inactive');
    await assert.rejects(opened(json['id']), { rule: 'credential_inactive' });
    assert.equal((await call('POST', `${path}/activate`)).json['status'], 'active');
    assert.deepEqual(
      refused(await call('POST', `${path}/refresh`, { accessToken: 'x', expiresAt: '2100-01-01T00:00:00.000Z' })),
      [422, 'credential_not_oauth'],
    );
    assert.deepEqual(refused(await call('PATCH', path, { expiresAt: '2000-01-01T00:00:00.000Z' })), [
      422,
      'expiry_in_the_past',
    ]);
    assert.deepEqual(ids(await call('GET', '/v1/credentials?credentialType=api_key&status=active')), [json['id']]);
  });

  test('what is deleted is gone, and its secrets with it', async () => {
    const { json } = await create({ secrets });
    const path = `/v1/credentials/${json['id']}`;
    assert.equal((await call('DELETE', path)).status, 204);
    assert.equal((await call('GET', path)).status, 404);
    assert.equal((await call('PATCH', path, { name: 'x' })).status, 404);
    assert.ok(!ids(await call('GET', '/v1/credentials')).includes(String(json['id'])));
    await assert.rejects(opened(json['id']), { code: 'not_found' });
    const { rowCount } = await inTenant(api.database.pool, api.tenant.tenantId, (tx) =>
      tx.query('select from credential_secrets where credential_id = $1', [json['id']]),
    );
    assert.equal(rowCount, 0);
  });

  test('a project’s own: the project has to be there', async () => {
    const answer = await create({ secrets, projectId: stranger.projectId });
    assert.deepEqual(refused(answer), [422, 'reference_not_found']);
  });
});

test('an agent’s id stands where a key’s would', async () => {
  const agent = await signedIn(api, { role: 'admin' });
  const invited = await agent.call('POST', '/v1/project-members', {
    projectId,
    email: 'zoe@example.com',
    role: 'viewer',
  });
  assert.equal(invited.json['invitedBy'], agent.id);
  const project = await agent.call('POST', '/v1/projects', { name: 'Mine' });
  assert.equal(project.json['userId'], agent.id);
  const sessionId = await session();
  const { id: agentId } = await addPerson(api);
  await agent.call('POST', `/v1/sessions/${sessionId}/assign`, { agentId });
  const events = await call('GET', `/v1/outbox/events?aggregateId=${sessionId}&eventType=session.agent_assigned`);
  assert.match(JSON.stringify(events.json), new RegExp(`"assignedByAgentId":"${agent.id}"`));
});
