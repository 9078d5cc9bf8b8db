// The table of agents' parts in sessions.
import type { AgentSession } from '../../domain/agent-session/agent-session.ts';
import { agentSessions } from '../schema/agent-sessions.ts';
import { defineStore } from '../state-store.ts';

export const agentSessionStore = defineStore<AgentSession>({
  table: agentSessions,
  columns: {
    id: 'plain',
    projectId: 'plain',
    agentId: 'plain',
    sessionId: 'plain',
    joinedAt: 'time',
    leftAt: 'time',
    leaveReason: 'plain',
    createdAt: 'time',
  },
  subject: (state) => state.agentId,
  erased: {},
  unique: {
    agent_sessions_active: {
      rule: 'already_in_session',
      message: 'The agent is in this session already: it has to leave before it joins again.',
    },
  },
});
