// Project members: invited by somebody who may, accepted by the invitee with the token it was given, never without an owner once there is one.
import { z } from '@hono/zod-openapi';
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { issueToken, withdrawToken } from '../../db/one-time-tokens.ts';
import { activeAgent } from '../../db/queries/active-agent.ts';
import { equal, isSet, ofTenant } from '../../db/queries/conditions.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { requireReferences } from '../../db/references.ts';
import { projectMembers } from '../../db/schema/project-members.ts';
import { permissionsOfRole } from '../../domain/agent/permissions.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { projectMemberCommands } from '../../domain/project-member/commands.ts';
import { agentRoleOf } from '../accept-invitation.ts';
import type { WriteContext } from '../call-context.ts';
import { clearAfterAgent } from '../clear-after-agent.ts';
import { found, type Route, writeRoute } from '../define-route.ts';
import { requireOwnScopes } from '../middleware/authenticate.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { issuedTokenSchema } from '../schemas/agent.ts';
import { flag, idParams, uuid } from '../schemas/common.ts';
import { invitedMemberSchema, memberRole, projectMemberSchema } from '../schemas/people.ts';

const definition = aggregates.projectMember;
const tag = 'project members';
const stays = isNull(projectMembers.removedAt);
const { create, list, read, verb } = resource({
  definition,
  name: 'project member',
  schemaName: 'ProjectMember',
  path: '/v1/project-members',
  tag,
  schema: projectMemberSchema,
  hidden: stays,
});

/** Counts the owners of a member's project beside it, and keeps them from changing until the end of the transaction: of two that go at once, one is the last. */
async function otherOwners({ tx, deps }: WriteContext, memberId: string): Promise<number> {
  const member = await readOne(tx, deps.database.keysOf, definition.store, memberId, stays);
  if (!member?.projectId) return 0;
  const isOwner = and(
    ofTenant(tx, projectMembers),
    eq(projectMembers.projectId, member.projectId),
    eq(projectMembers.role, 'owner'),
    isNotNull(projectMembers.acceptedAt),
    stays,
  );
  const { id } = projectMembers;
  const owners = await tx.db.select({ id }).from(projectMembers).where(isOwner).orderBy(id).for('update');
  return owners.filter((owner) => owner.id !== memberId).length;
}

/** Ends the work of an agent that is a member of nothing any more. */
async function endIfNowhere(context: WriteContext, agentId: string): Promise<void> {
  const { tx, runBeside } = context;
  const isMember = and(ofTenant(tx, projectMembers), eq(projectMembers.agentId, agentId), stays);
  const [elsewhere] = await tx.db.select({ id: projectMembers.id }).from(projectMembers).where(isMember).limit(1);
  if (elsewhere) return;
  await runBeside(aggregates.agent, agentId, { type: 'agent.deactivate', data: {} });
  await clearAfterAgent(context, agentId);
}

/** The address to invite: the agent's own, or the given one. */
async function addressOf(
  { tx, deps }: WriteContext,
  { agentId, email }: { readonly agentId?: string | undefined; readonly email?: string | undefined },
): Promise<string> {
  if (agentId === undefined) {
    if (email !== undefined) return email;
    throw violated('invitee_missing', 'Say who is invited: an email, or the agentId of an agent.');
  }
  await requireReferences(tx, [activeAgent('body.agentId', agentId)]);
  const agent = await readOne(tx, deps.database.keysOf, aggregates.agent.store, agentId);
  if (!agent?.email) throw violated('agent_without_email', 'The agent has no e-mail address: set one first.');
  if (email !== undefined && email.toLowerCase() !== agent.email.toLowerCase())
    throw violated('email_differs', 'The agent has another e-mail address: leave one of email and agentId out.');
  return agent.email;
}

const notYet = and(stays, isNull(projectMembers.acceptedAt));

export const projectMemberRoutes: readonly Route[] = [
  create('project_member.invite', commandRoutes['project_member.invite'], {
    operationId: 'inviteProjectMember',
    idName: 'memberId',
    summary: 'Invites somebody into a project',
    description:
      'Gives a token for the invitee, shown this once: it works once, for three days. Nobody can invite to a role that may do more than they.',
    body: z.strictObject({
      projectId: uuid,
      email: projectMemberCommands['project_member.invite'].shape.email.optional(),
      agentId: uuid.optional(),
      role: memberRole,
    }),
    before: (body, { caller }) => requireOwnScopes(caller, permissionsOfRole[agentRoleOf[body.role]]),
    data: async (body, context) => ({ email: await addressOf(context, body), invitedBy: context.caller.id }),
    once: {
      description: '',
      schema: invitedMemberSchema,
      of: async ({ state }, _body, { tx }) => ({ invitation: await issueToken(tx, 'accept_invitation', state.id) }),
    },
  }),
  list(
    {
      projectId: uuid.optional(),
      agentId: uuid.optional(),
      role: memberRole.optional(),
      accepted: flag.optional(),
    },
    ({ projectId, agentId, role, accepted }) =>
      and(
        stays,
        equal(projectMembers.projectId, projectId),
        equal(projectMembers.agentId, agentId),
        equal(projectMembers.role, role),
        isSet(projectMembers.acceptedAt, accepted),
      ),
  ),
  read(),
  writeRoute({
    method: 'post',
    path: '/v1/project-members/{id}/invitation',
    scope: 'admin',
    operationId: 'repeatInvitation',
    tag,
    summary: 'Gives a new token to somebody who has not accepted yet; the one before is void',
    params: idParams,
    answer: { status: 201, description: 'The token.', schema: issuedTokenSchema },
    handle: async ({ params }, { tx, deps, caller }) => {
      const member = found(await readOne(tx, deps.database.keysOf, definition.store, params.id, notYet), 'invitation');
      requireOwnScopes(caller, permissionsOfRole[agentRoleOf[member.role ?? 'owner']]);
      return { body: await issueToken(tx, 'accept_invitation', params.id) };
    },
  }),
  verb('project_member.change_role', commandRoutes['project_member.change_role'], {
    operationId: 'changeProjectMemberRole',
    summary: 'Makes a member something else in the project; the last owner stays one',
    description: 'What an agent may do does not change with it: grant or revoke its permissions.',
    body: z.strictObject({ role: memberRole }),
    before: async ({ body: { role } }, { caller }) => requireOwnScopes(caller, permissionsOfRole[agentRoleOf[role]]),
    data: async ({ params, body: { role } }, context) => ({
      role,
      changedBy: context.caller.id,
      otherOwners: await otherOwners(context, params.id),
    }),
  }),
  verb('project_member.remove', commandRoutes['project_member.remove'], {
    operationId: 'removeProjectMember',
    summary: 'Takes a member out of the project, or withdraws the invitation; the last owner stays',
    description:
      'What an agent may do is the tenant’s and not one project’s: a member’s agent that is in no other project is deactivated with it, one that is keeps its permissions.',
    data: async ({ params }, context) => ({
      removedBy: context.caller.id,
      otherOwners: await otherOwners(context, params.id),
    }),
    after: async ({ params }, context, { state }) => {
      await withdrawToken(context.tx, 'accept_invitation', params.id);
      if (state.acceptedAt !== null && state.agentId !== null) await endIfNowhere(context, state.agentId);
    },
    gone: true,
  }),
];
