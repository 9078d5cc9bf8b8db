// A project's member: invited, then a member once it has accepted, until it is removed. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { ProjectMemberCommand } from './commands.ts';
import type { memberRoles, ProjectMemberEvent } from './events.ts';

/** A member's state. `acceptedAt` null: still invited. Times are ISO 8601. */
export type ProjectMember = {
  readonly id: string;
  readonly projectId: string;
  readonly agentId: string | null;
  readonly email: string;
  readonly role: (typeof memberRoles)[number];
  readonly invitedBy: string;
  readonly invitedAt: string | null;
  readonly acceptedAt: string | null;
  readonly removedAt: string | null;
  readonly createdAt: string | null;
};

export const projectMember = defineAggregate<ProjectMember, ProjectMemberCommand, ProjectMemberEvent>({
  aggregate: 'project_member',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    agentId: null,
    email: '',
    role: 'member',
    invitedBy: '',
    invitedAt: null,
    acceptedAt: null,
    removedAt: null,
    createdAt: null,
  }),
  decide,
  evolve,
  // The catalogue has no event for it: the row says who accepted and when.
  settle: (state, command) =>
    command.type === 'project_member.accept'
      ? { ...state, agentId: command.data.agentId, acceptedAt: command.at }
      : state,
});

function decide(command: ProjectMemberCommand, state: ProjectMember): ProjectMemberEvent[] {
  const { at } = command;
  if (command.type === 'project_member.invite') {
    if (state.createdAt !== null) throw violated('member_exists', 'A member with this id exists already.');
    return [{ type: 'project_member.invited', data: { ...command.data, invitedAt: at } }];
  }
  if (state.createdAt === null || state.removedAt !== null)
    throw new DomainError('not_found', 'There is no such member.');
  const { id: memberId, projectId, role } = state;
  switch (command.type) {
    case 'project_member.accept':
      if (state.acceptedAt !== null) throw violated('already_accepted', 'The invitation was accepted already.');
      return [];
    case 'project_member.change_role': {
      const { role: newRole, changedBy, otherOwners } = command.data;
      if (newRole === role) return [];
      requireOtherOwner(state, otherOwners);
      return [
        {
          type: 'project_member.role_changed',
          data: { memberId, projectId, oldRole: role, newRole, changedBy, changedAt: at },
        },
      ];
    }
    case 'project_member.remove': {
      const { removedBy, otherOwners } = command.data;
      requireOtherOwner(state, otherOwners);
      return [{ type: 'project_member.removed', data: { memberId, projectId, role, removedBy, removedAt: at } }];
    }
  }
}

/** An invitation to be an owner is not an owner yet. */
function requireOtherOwner({ role, acceptedAt }: ProjectMember, otherOwners: number): void {
  if (role === 'owner' && acceptedAt !== null && otherOwners === 0)
    throw violated('last_owner', 'This is the last owner of the project: make another member owner first.');
}

function evolve(state: ProjectMember, event: ProjectMemberEvent): ProjectMember {
  switch (event.type) {
    case 'project_member.invited': {
      const { memberId: id, projectId, agentId = null, email, role, invitedBy, invitedAt } = event.data;
      return { ...state, id, projectId, agentId, email, role, invitedBy, invitedAt, createdAt: invitedAt };
    }
    case 'project_member.role_changed':
      return { ...state, role: event.data.newRole };
    case 'project_member.removed':
      return { ...state, removedAt: event.data.removedAt };
  }
}
