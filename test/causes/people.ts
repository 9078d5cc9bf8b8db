// How the events of people come about: users, agents and their parts in sessions, project members; and of the credentials that integrations use.
import { randomInt } from 'node:crypto';
import { inTenant } from '../../db/transaction.ts';
import { byCommand, byHttp, type Causes, type CauseWorld } from './cause.ts';
import { newSession } from './things.ts';

const address = (): string => `someone${randomInt(1e12)}@example.com`;

async function newUser(world: CauseWorld): Promise<string> {
  return `/v1/users/${(await world.call('POST', '/v1/users', { name: 'Olga Reis', email: address() }))['id']}`;
}

type NewAgent = { readonly agentId: string; readonly path: string; readonly email: string; readonly token: unknown };

/** An agent that may write. */
export async function newAgent(world: CauseWorld): Promise<NewAgent> {
  const { projectId } = world;
  const email = address();
  const made = await world.call('POST', '/v1/agents', { projectId, name: 'Rita', email, type: 'human', role: 'agent' });
  const agentId = String(made['id']);
  return { agentId, path: `/v1/agents/${agentId}`, email, token: made['passwordToken']?.['token'] };
}

async function signIn(world: CauseWorld): Promise<void> {
  const { token, email } = await newAgent(world);
  const password = 'a horse in the rain';
  await world.call('POST', '/v1/set-password', { token, password });
  await world.call('POST', '/v1/sign-in', { tenantId: world.tenantId, email, password });
}

async function joined(world: CauseWorld): Promise<string> {
  const [{ agentId }, { sessionId }] = [await newAgent(world), await newSession(world)];
  return `/v1/agent-sessions/${(await world.call('POST', '/v1/agent-sessions', { agentId, sessionId }))['id']}`;
}

async function invited(world: CauseWorld): Promise<string> {
  const body = { projectId: world.projectId, email: address(), role: 'member' };
  return `/v1/project-members/${(await world.call('POST', '/v1/project-members', body))['id']}`;
}

async function newCredential(world: CauseWorld): Promise<string> {
  const body = { credentialType: 'oauth', name: 'Ads account', secrets: { accessToken: 'a', refreshToken: 'b' } };
  return String((await world.call('POST', '/v1/credentials', body))['id']);
}

export const userCauses: Causes = {
  'user.created': byHttp(newUser),
  'user.updated': byHttp(async (world) => world.call('PATCH', await newUser(world), { name: 'Olga' })),
  'user.deleted': byHttp(async (world) => world.call('DELETE', await newUser(world))),
};

export const agentCauses: Causes = {
  'agent.created': byHttp(newAgent),
  'agent.updated': byHttp(async (world) => world.call('PATCH', (await newAgent(world)).path, { role: 'viewer' })),
  'agent.deactivated': byHttp(async (world) => world.call('POST', `${(await newAgent(world)).path}/deactivate`)),
  'agent.activated': byHttp(async (world) => {
    const { path } = await newAgent(world);
    await world.call('POST', `${path}/deactivate`);
    await world.call('POST', `${path}/activate`);
  }),
  'agent.logged_in': byHttp(signIn),
  'agent.permission_granted': byHttp(async (world) =>
    world.call('POST', `${(await newAgent(world)).path}/permissions`, { permission: 'raw' }),
  ),
  'agent.permission_revoked': byHttp(async (world) =>
    world.call('DELETE', `${(await newAgent(world)).path}/permissions/send`),
  ),
};

export const agentSessionCauses: Causes = {
  'agent_session.joined': byHttp(joined),
  'agent_session.left': byHttp(async (world) => world.call('POST', `${await joined(world)}/leave`, { reason: 'left' })),
};

export const projectMemberCauses: Causes = {
  'project_member.invited': byHttp(invited),
  'project_member.role_changed': byHttp(async (world) => world.call('PATCH', await invited(world), { role: 'viewer' })),
  'project_member.removed': byHttp(async (world) => world.call('DELETE', await invited(world))),
};

const project = async (world: CauseWorld): Promise<unknown> =>
  world.call('POST', '/v1/projects', { name: 'Second shop' });
export const projectCauses: Causes = { 'project.created': byHttp(project) };

const asked = (verb: string, body?: object) => async (world: CauseWorld) =>
  world.call('POST', `/v1/credentials/${await newCredential(world)}/${verb}`, body);

export const credentialCauses: Causes = {
  'credential.created': byHttp(newCredential),
  'credential.updated': byHttp(async (world) =>
    world.call('PATCH', `/v1/credentials/${await newCredential(world)}`, { name: 'Ads' }),
  ),
  'credential.oauth_refreshed': byHttp(asked('refresh', { accessToken: 'c', expiresAt: '2100-01-01T00:00:00.000Z' })),
  'credential.deactivated': byHttp(asked('deactivate')),
  'credential.activated': byHttp(async (world) => {
    const path = `/v1/credentials/${await newCredential(world)}`;
    await world.call('POST', `${path}/deactivate`);
    await world.call('POST', `${path}/activate`);
  }),
  'credential.used': byCommand('an integration that calls out with it', async (world) =>
    world.run('credential', await newCredential(world), { type: 'credential.use', data: {} }),
  ),
  'credential.expired': byCommand('tendCredentials, by its schedule: the time is over', async (world) => {
    const id = await newCredential(world);
    // Nobody can say over HTTP that it was over already.
    await inTenant(world.database.pool, world.tenantId, (tx) =>
      tx.query("update credentials set expires_at = now() - interval '1 minute' where id = $1", [id]),
    );
    await world.run('credential', id, { type: 'credential.expire', data: {} });
  }),
};
