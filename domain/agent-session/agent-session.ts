// An agent's part in a session, from joining to leaving; one that comes back joins anew. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { AgentSessionCommand } from './commands.ts';
import type { AgentSessionEvent, leaveReasons } from './events.ts';

/** The state; `leftAt` null: it is still in the session. Times are ISO 8601. */
export type AgentSession = {
  readonly id: string;
  readonly projectId: string;
  readonly agentId: string;
  readonly sessionId: string;
  readonly joinedAt: string | null;
  readonly leftAt: string | null;
  readonly leaveReason: (typeof leaveReasons)[number] | null;
  readonly createdAt: string | null;
};

export const agentSession = defineAggregate<AgentSession, AgentSessionCommand, AgentSessionEvent>({
  aggregate: 'agent_session',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    agentId: '',
    sessionId: '',
    joinedAt: null,
    leftAt: null,
    leaveReason: null,
    createdAt: null,
  }),
  decide,
  evolve: (state, event, command) => {
    if (event.type === 'agent_session.left')
      return { ...state, leftAt: event.data.leftAt, leaveReason: event.data.reason };
    const { agentSessionId: id, agentId, sessionId, joinedAt } = event.data;
    const projectId = command.type === 'agent_session.join' ? command.data.projectId : state.projectId;
    return { ...state, id, projectId, agentId, sessionId, joinedAt, createdAt: joinedAt };
  },
});

function decide(command: AgentSessionCommand, state: AgentSession): AgentSessionEvent[] {
  const { at } = command;
  if (command.type === 'agent_session.join') {
    if (state.createdAt !== null) throw violated('agent_session_exists', 'This id is taken: draw another one.');
    const { agentSessionId, agentId, sessionId } = command.data;
    return [{ type: 'agent_session.joined', data: { agentSessionId, agentId, sessionId, joinedAt: at } }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', "There is no such agent's session.");
  // Whoever has left can not leave again: the first reason stands.
  if (state.leftAt !== null) return [];
  const { id: agentSessionId, agentId, sessionId } = state;
  const { reason } = command.data;
  return [{ type: 'agent_session.left', data: { agentSessionId, agentId, sessionId, leftAt: at, reason } }];
}
