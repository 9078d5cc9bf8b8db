// Takes agents out of the sessions they are in: when an agent is deactivated, or a session is closed.
import { and, isNull } from 'drizzle-orm';
import { aggregates } from '../db/aggregates.ts';
import { equal, ofTenant } from '../db/queries/conditions.ts';
import { agentSessions } from '../db/schema/agent-sessions.ts';
import type { leaveReasons } from '../domain/agent-session/events.ts';
import type { WriteContext } from './call-context.ts';

/** Each leaves by its own command, in the request's transaction. */
export async function leaveSessions(
  { tx, runBeside }: WriteContext,
  { agentId, sessionId }: { readonly agentId?: string; readonly sessionId?: string },
  reason: (typeof leaveReasons)[number],
): Promise<void> {
  const isIn = and(
    ofTenant(tx, agentSessions),
    isNull(agentSessions.leftAt),
    equal(agentSessions.agentId, agentId),
    equal(agentSessions.sessionId, sessionId),
  );
  const rows = await tx.db.select({ id: agentSessions.id }).from(agentSessions).where(isIn).orderBy(agentSessions.id);
  const leave = { type: 'agent_session.leave', data: { reason } } as const;
  for (const { id } of rows) await runBeside(aggregates.agentSession, id, leave);
}
