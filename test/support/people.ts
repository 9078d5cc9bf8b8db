// People of a test API: an agent that has set its password and signed in, and calls as it.
import assert from 'node:assert/strict';
import type { Json, TestAnswer, TestApi, TestTenant } from './api.ts';

/** An agent of the test, signed in. */
export type TestAgent = {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly refreshToken: string;
  call(method: string, path: string, body?: unknown): Promise<TestAnswer>;
};

/** A call that needs no key. */
export function open(api: TestApi, path: string, body: unknown): Promise<TestAnswer> {
  return api.call('POST', path, { key: null, idempotencyKey: null, body });
}

/** Tries to sign in. */
export function signIn(
  api: TestApi,
  who: { readonly email: string; readonly password: string; readonly tenantId?: string },
): Promise<TestAnswer> {
  const { email, password, tenantId = api.tenant.tenantId } = who;
  return open(api, '/v1/sign-in', { tenantId, email, password });
}

let made = 0;

/** Adds a person as agent; gives the answer with the token to set a password. */
export async function addAgent(api: TestApi, fields: object = {}, tenant: TestTenant = api.tenant): Promise<Json> {
  made += 1;
  const { projectId, key } = tenant;
  const body = { projectId, name: 'Rita', email: `rita${made}@example.com`, type: 'human', role: 'agent', ...fields };
  const { status, json } = await api.call('POST', '/v1/agents', { key, body });
  assert.equal(status, 201, JSON.stringify(json));
  return json;
}

/** The same, with the password set. */
export async function addPerson(api: TestApi, fields: object = {}, tenant: TestTenant = api.tenant) {
  const agent = await addAgent(api, fields, tenant);
  const password = `a horse in the rain ${made}`;
  const set = await open(api, '/v1/set-password', { token: agent['passwordToken']?.['token'], password });
  assert.equal(set.status, 204, JSON.stringify(set.json));
  return { id: String(agent['id']), email: String(agent['email']), password };
}

/** The same, signed in. */
export async function signedIn(api: TestApi, fields: object = {}, tenant: TestTenant = api.tenant): Promise<TestAgent> {
  const person = await addPerson(api, fields, tenant);
  const { status, json } = await signIn(api, { ...person, tenantId: tenant.tenantId });
  assert.equal(status, 200, JSON.stringify(json));
  const token = String(json['token']);
  return {
    ...person,
    token,
    refreshToken: String(json['refreshToken']),
    call: (method, path, body) => api.call(method, path, { key: token, ...(body !== undefined && { body }) }),
  };
}
