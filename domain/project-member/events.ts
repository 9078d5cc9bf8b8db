// The events of a project's member. That an invitation was accepted has none of its own: the row says by whom and when, and an agent made for it has its events.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

/** What a member is in the project. */
export const memberRoles = ['owner', 'admin', 'member', 'viewer'] as const;

const role = z.enum(memberRoles);
const member = { memberId: id, projectId: id };
const someMember = {
  memberId: '018f5a10-0000-7000-8000-00000000000e',
  projectId: '018f5a10-0000-7000-8000-000000000003',
};
const someone = '018f5a10-0000-7000-8000-000000000007';
const someTime = '2026-01-31T12:00:00.000Z';

export const projectMemberEvents = defineEvents('project_member', {
  'project_member.invited': event({
    version: 1,
    summary: 'Somebody was invited into a project; `agentId` when it is an agent already.',
    data: z.object({
      ...member,
      agentId: id.optional(),
      email: pii(z.email()),
      role,
      invitedBy: label,
      invitedAt: at,
    }),
    webhooks: ['project_member.invited'],
    example: { ...someMember, email: 'rita@example.com', role: 'member', invitedBy: someone, invitedAt: someTime },
  }),
  'project_member.removed': event({
    version: 1,
    summary: 'A member was taken out of a project, or its invitation was withdrawn.',
    data: z.object({ ...member, role, removedBy: label, removedAt: at }),
    webhooks: ['project_member.removed'],
    example: { ...someMember, role: 'member', removedBy: someone, removedAt: someTime },
  }),
  'project_member.role_changed': event({
    version: 1,
    summary: 'A member is something else in the project from now on.',
    data: z.object({ ...member, oldRole: role, newRole: role, changedBy: label, changedAt: at }),
    webhooks: ['project_member.role_changed'],
    example: { ...someMember, oldRole: 'member', newRole: 'admin', changedBy: someone, changedAt: someTime },
  }),
});

/** Any event of a project's member. */
export type ProjectMemberEvent = EventsOf<typeof projectMemberEvents>;
