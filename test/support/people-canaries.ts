// Canaries in everything that people sign in with: through the API of a running product, also where it refuses them.
import assert from 'node:assert/strict';
import type { Loose, RunningProduct } from './running-product.ts';

/** `personal`: shown to whoever may see it, and nowhere else. `secret`: in no answer either; the tokens join them as they are given out. */
export type PeopleCanaries = {
  readonly personal: {
    readonly agentName: string;
    readonly agentEmail: string;
    readonly userName: string;
    readonly userEmail: string;
    readonly invitedEmail: string;
  };
  readonly secret: Record<string, string>;
};

/** Draws them. */
export function peopleCanaries(word: (what: string) => string): PeopleCanaries {
  const email = (what: string): string => `${word(what)}@example.com`;
  return {
    personal: {
      agentName: word('agentname'),
      agentEmail: email('agentemail'),
      userName: word('username'),
      userEmail: email('useremail'),
      invitedEmail: email('invited'),
    },
    secret: {
      password: word('password'),
      newPassword: word('newpassword'),
      wrongPassword: word('wrongpassword'),
      refusedPassword: 'cnrycnrycnrycnry',
      accessToken: word('accesstoken'),
      clientSecret: word('clientsecret'),
      refreshedToken: word('refreshedtoken'),
    },
  };
}

/** People and what they sign in with; of the tokens that are given out, nothing is kept as it is. */
export async function plantPeople(
  product: RunningProduct,
  { personal, secret }: PeopleCanaries,
  marker: string,
): Promise<void> {
  const { projectId, tenantId } = product.demo;
  const call = async (method: string, path: string, body: unknown, expected: number): Promise<Loose> => {
    const { status, json } = await product.call(method, path, body);
    assert.equal(status, expected, `${method} ${path}: ${JSON.stringify(json)}`);
    return json;
  };
  const user = { name: personal.userName, email: personal.userEmail };
  await call('POST', '/v1/users', user, 201);
  const { agentName: name, agentEmail: email } = personal;
  const agent = await call('POST', '/v1/agents', { projectId, name, email, type: 'human', role: 'agent' }, 201);
  const token = String(agent['passwordToken']?.['token']);
  await call('POST', '/v1/set-password', { token, password: secret['refusedPassword'] }, 422);
  await call('POST', '/v1/set-password', { token, password: secret['password'] }, 204);
  await call('POST', '/v1/sign-in', { tenantId, email, password: secret['wrongPassword'] }, 401);
  const signedIn = await call('POST', '/v1/sign-in', { tenantId, email, password: secret['password'] }, 200);
  const refreshed = await call('POST', '/v1/sign-in/refresh', { refreshToken: signedIn['refreshToken'] }, 200);
  const member = { projectId, email: personal.invitedEmail, role: 'viewer' };
  const invited = await call('POST', '/v1/project-members', member, 201);
  const again = await call('POST', `/v1/agents/${agent['id']}/password-token`, undefined, 201);
  await call('POST', '/v1/set-password', { token: again['token'], password: secret['newPassword'] }, 204);
  const secrets = { accessToken: secret['accessToken'], clientSecret: secret['clientSecret'] };
  const credential = await call('POST', '/v1/credentials', { credentialType: 'oauth', name: marker, secrets }, 201);
  const fresh = { accessToken: secret['refreshedToken'], expiresAt: '2100-01-01T00:00:00.000Z' };
  await call('POST', `/v1/credentials/${credential['id']}/refresh`, fresh, 200);
  Object.assign(secret, {
    passwordToken: token,
    secondToken: again['token'],
    invitation: invited['invitation']?.['token'],
  });
  for (const [name, given] of Object.entries({ signedIn, refreshed }))
    for (const what of ['token', 'refreshToken']) secret[`${name} ${what}`] = String(given[what]);
}
