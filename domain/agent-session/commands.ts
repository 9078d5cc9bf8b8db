// What can be asked of an agent's part in a session: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id } from '../kernel/fields.ts';
import { leaveReasons } from './events.ts';

export const agentSessionCommands = defineCommands({
  /** That an agent is in a session once at a time is guarded by the table's unique index. */
  'agent_session.join': z.object({ agentSessionId: id, agentId: id, sessionId: id, projectId: id }),
  'agent_session.leave': z.object({ reason: z.enum(leaveReasons) }),
});

/** Any command of an agent's part in a session. */
export type AgentSessionCommand = CommandsOf<typeof agentSessionCommands>;
