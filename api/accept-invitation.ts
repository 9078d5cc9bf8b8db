// The way in for whoever was invited: the token says for what. Who is an agent already is joined to the project; who is none becomes one, with a password.
// The catalogue has no event for it: the member's row says who accepted and when. An agent that is made here has its events.
import { z } from '@hono/zod-openapi';
import { storePassword } from '../db/agent-passwords.ts';
import { aggregates } from '../db/aggregates.ts';
import { load } from '../db/execute.ts';
import { findTenantOfToken, takeToken } from '../db/one-time-tokens.ts';
import type { AgentRole } from '../domain/agent/permissions.ts';
import { violated } from '../domain/kernel/errors.ts';
import { label } from '../domain/kernel/fields.ts';
import type { memberRoles } from '../domain/project-member/events.ts';
import type { ProjectMember } from '../domain/project-member/project-member.ts';
import { agentEmailIndex } from './agent-email-index.ts';
import type { WriteContext } from './call-context.ts';
import { openRoute } from './open-route.ts';
import { requireGoodPassword } from './passwords.ts';
import { givenToken, newPassword } from './schemas/agent.ts';
import { projectMemberSchema } from './schemas/people.ts';

/** What agent somebody becomes who accepts to be this in a project. */
export const agentRoleOf: Readonly<Record<(typeof memberRoles)[number], AgentRole>> = {
  owner: 'admin',
  admin: 'admin',
  member: 'agent',
  viewer: 'viewer',
};

/** What is told of every token that can't be used. */
export const unknownToken = () =>
  violated('token_unknown', 'This token is not known, was used or is over: ask for another one.');

export const acceptInvitationRoute = openRoute({
  openTo: 'anyone',
  method: 'post',
  path: '/v1/project-members/accept',
  operationId: 'acceptInvitation',
  tag: 'project members',
  summary: 'Accepts an invitation into a project',
  description: 'Who is no agent of the tenant yet gives a name and a password, and signs in with them from then on.',
  body: z.strictObject({ token: givenToken, name: label.optional(), password: newPassword.optional() }),
  answer: { description: 'The member.', schema: projectMemberSchema },
  handle: async ({ token, name, password }, { deps, write }) => {
    const { systemPool } = deps.database;
    const tenantId = await findTenantOfToken(systemPool, 'accept_invitation', token);
    if (tenantId === undefined) throw unknownToken();
    if (password !== undefined) requireGoodPassword(password);
    const passwordHash = password === undefined ? undefined : await deps.passwords.hash(password);
    const id = deps.database.ids.next();
    return write({ tenantId, id }, async (context) => {
      const memberId = await takeToken(context.tx, 'accept_invitation', token);
      if (memberId === undefined) throw unknownToken();
      const { state: invited } = await load(deps.database, context.tx, aggregates.projectMember, memberId, true);
      const agentId =
        (await knownAgent(context, invited)) ?? (await newAgent(context, id, invited, name, passwordHash));
      const accept = { type: 'project_member.accept', data: { agentId } } as const;
      const { state, sequence } = await context.run(aggregates.projectMember, memberId, accept);
      return { body: { ...state, sequence, erased: false } };
    });
  },
});

/** The agent that was meant, or has the address. Throws when it is deactivated. */
async function knownAgent({ tx, deps }: WriteContext, member: ProjectMember): Promise<string | undefined> {
  const index = await agentEmailIndex(deps.database.keysOf(tx), member.email);
  const { rows } = await tx.query<{ id: string; status: string }>(
    `select id, status from agents where tenant_id = $1 and case when $2::uuid is null then email_index = $3 else id = $2 end for share`,
    [tx.tenantId, member.agentId, index],
  );
  if (rows[0] && rows[0].status !== 'active')
    throw violated('agent_inactive', 'The agent is deactivated: have it activated first.');
  return rows[0]?.id;
}

async function newAgent(
  { tx, deps, runBeside }: WriteContext,
  agentId: string,
  { projectId, email, role }: ProjectMember,
  name: string | undefined,
  passwordHash: string | undefined,
): Promise<string> {
  if (name === undefined || passwordHash === undefined)
    throw violated(
      'name_and_password_needed',
      'There is no agent with this e-mail address yet: give a name and a password.',
    );
  const about = { agentId, projectId, tenantId: tx.tenantId, name, email, type: 'human', role: agentRoleOf[role] };
  await runBeside(aggregates.agent, agentId, { type: 'agent.create', data: about });
  await storePassword(tx, deps.database.keysOf, agentId, passwordHash);
  return agentId;
}
