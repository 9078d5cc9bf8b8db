// Users, project members and agents' parts in sessions as they are read.
import { z } from '@hono/zod-openapi';
import { leaveReasons } from '../../domain/agent-session/events.ts';
import { memberRoles } from '../../domain/project-member/events.ts';
import { issuedTokenSchema } from './agent.ts';
import { erased, moment, sequence, uuid } from './common.ts';

/** A user. */
export const userSchema = z
  .object({ id: uuid, name: z.string().nullable(), email: z.string().nullable(), createdAt: moment, sequence, erased })
  .openapi('User');

/** What a member is in its project. */
export const memberRole = z.enum(memberRoles).openapi({
  description:
    'Whoever accepts and is no agent yet becomes one, with the permissions of the agent role admin (owner, admin), agent (member) or viewer.',
});

/** A project's member. */
export const projectMemberSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    agentId: uuid.nullable(),
    email: z.string().nullable(),
    role: memberRole,
    invitedBy: uuid,
    invitedAt: moment,
    acceptedAt: moment.nullable().openapi({ description: 'null: invited, not a member yet.' }),
    createdAt: moment,
    sequence,
    erased,
  })
  .openapi('ProjectMember');

/** A member that was just invited. */
export const invitedMemberSchema = projectMemberSchema
  .extend({ invitation: issuedTokenSchema.openapi({ description: 'For `POST /v1/project-members/accept`.' }) })
  .openapi('InvitedProjectMember');

/** An agent's part in a session. */
export const agentSessionSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    agentId: uuid,
    sessionId: uuid,
    joinedAt: moment,
    leftAt: moment.nullable(),
    leaveReason: z.enum(leaveReasons).nullable(),
    createdAt: moment,
    sequence,
  })
  .openapi('AgentSession');
