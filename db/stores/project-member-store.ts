// The project member's table: the address sealed by a key of the member's own, and found by its blind index.
import type { ProjectMember } from '../../domain/project-member/project-member.ts';
import { projectMembers } from '../schema/project-members.ts';
import { defineStore } from '../state-store.ts';

/** What a member's address is found by, whatever its case. */
const memberEmail = (email: string) => ({ field: 'project_member.email', value: email.toLowerCase() });

export const projectMemberStore = defineStore<ProjectMember>({
  table: projectMembers,
  columns: {
    id: 'plain',
    projectId: 'plain',
    agentId: 'plain',
    email: 'sealed',
    role: 'plain',
    invitedBy: 'plain',
    invitedAt: 'time',
    acceptedAt: 'time',
    removedAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: { email: '' },
  blind: (state) => ({ email_index: memberEmail(state.email) }),
  unique: {
    project_members_email: {
      rule: 'already_member',
      message: 'This address is invited into the project already: change that member instead.',
    },
  },
});
