// What goes with an agent's end, in the request's transaction: its sign-ins, its token to set a password, its places in sessions.
import { endSignIns } from '../db/agent-sign-ins.ts';
import { withdrawToken } from '../db/one-time-tokens.ts';
import type { WriteContext } from './call-context.ts';
import { leaveSessions } from './leave-sessions.ts';

/** To be called once the agent is inactive. */
export async function clearAfterAgent(context: WriteContext, agentId: string): Promise<void> {
  await endSignIns(context.tx, agentId, 'agent_deactivated');
  await withdrawToken(context.tx, 'set_password', agentId);
  await leaveSessions(context, { agentId }, 'agent_deactivated');
}
