// What can be asked of a project's member: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { count, id } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { memberRoles } from './events.ts';

const role = z.enum(memberRoles);

export const projectMemberCommands = defineCommands({
  /** That an address is invited once a project is guarded by the table's unique index. */
  'project_member.invite': z.object({
    memberId: id,
    projectId: id,
    agentId: id.optional(),
    email: pii(z.email().max(320)),
    role,
    invitedBy: id,
  }),
  /** Makes the invited one a member, as this agent. No event of the catalogue tells it. */
  'project_member.accept': z.object({ agentId: id }),
  /** `otherOwners`: how many further owners have accepted; counted under a lock. */
  'project_member.change_role': z.object({ role, changedBy: id, otherOwners: count }),
  'project_member.remove': z.object({ removedBy: id, otherOwners: count }),
});

/** Any command of a project's member. */
export type ProjectMemberCommand = CommandsOf<typeof projectMemberCommands>;
