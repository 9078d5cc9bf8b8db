// The agent's table: name and address sealed by a key of the agent's own, the address found by its blind index.
import type { Agent } from '../../domain/agent/agent.ts';
import { agents } from '../schema/agents.ts';
import { defineStore } from '../state-store.ts';

/** What an agent's address is found by, whatever its case. */
export const agentEmail = (email: string) => ({ field: 'agent.email', value: email.toLowerCase() });

export const agentStore = defineStore<Agent>({
  table: agents,
  columns: {
    id: 'plain',
    projectId: 'plain',
    name: 'sealed',
    email: 'sealed',
    type: 'plain',
    role: 'plain',
    status: 'plain',
    permissions: 'json',
    lastLoginAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: { name: '', email: null },
  blind: (state) => ({ email_index: state.email === null ? null : agentEmail(state.email) }),
  unique: {
    agents_email: {
      rule: 'email_taken',
      message: 'Another agent has this e-mail address: change that agent instead.',
    },
  },
});
