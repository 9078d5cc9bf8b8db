// The session policies' table.
import type { SessionPolicy } from '../../domain/session-policy/session-policy.ts';
import { sessionPolicies } from '../schema/session-policies.ts';
import { defineStore } from '../state-store.ts';

export const sessionPolicyStore = defineStore<SessionPolicy>({
  table: sessionPolicies,
  columns: {
    id: 'plain',
    projectId: 'plain',
    channelId: 'plain',
    inactivitySeconds: 'plain',
    abandonSeconds: 'plain',
    escalateSeconds: 'plain',
    reassignSeconds: 'plain',
    autoAssign: 'plain',
    createdAt: 'time',
    updatedAt: 'time',
    deletedAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
  unique: {
    session_policies_place: {
      rule: 'session_policy_taken',
      message: 'The project, or this channel of it, has a session policy already: change that one.',
    },
  },
});
