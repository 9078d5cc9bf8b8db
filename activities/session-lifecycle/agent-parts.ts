// Agents' parts in a session: whoever it is given to joins, whom it was taken from leaves, and all leave when it ends.
import { aggregates } from '../../db/aggregates.ts';
import type { leaveReasons } from '../../domain/agent-session/events.ts';
import type { Session } from '../../domain/session/session.ts';
import { run, type SessionWork } from './session-work.ts';

type Part = {
  readonly id: string;
  readonly agentId: string;
  readonly joinedAt: Date;
  readonly leftAt: Date | null;
};
type Assignment = { readonly agentId: string; readonly at: Date };

/** Has the session's agent take part in it, unless they left it themselves since they got it; and those leave who had it before. */
export async function keepParts(work: SessionWork, session: Session): Promise<void> {
  const { agentId } = session;
  if (agentId === null) return;
  const assignments = await readAssignments(work, session.id);
  const assignedAt = assignments.at(-1)?.at ?? new Date(0);
  const parts = await readParts(work, session.id);
  for (const part of parts) {
    const wasGiven = part.agentId !== agentId && assignments.some((one) => one.agentId === part.agentId);
    // Who came back by themselves afterwards stays.
    if (wasGiven && part.leftAt === null && part.joinedAt <= assignedAt) await leave(work, part.id, 'reassigned');
  }
  const hasPart = parts.some((part) => part.agentId === agentId && (part.leftAt === null || part.leftAt >= assignedAt));
  if (!hasPart && (await isActive(work, agentId))) await join(work, session, agentId);
}

/** All leave. */
export async function endParts(work: SessionWork, sessionId: string): Promise<void> {
  for (const part of await readParts(work, sessionId))
    if (part.leftAt === null) await leave(work, part.id, 'session_ended');
}

async function join(work: SessionWork, { id: sessionId, projectId }: Session, agentId: string): Promise<void> {
  const agentSessionId = work.database.ids.next();
  const data = { agentSessionId, agentId, sessionId, projectId };
  await run(work, aggregates.agentSession, agentSessionId, { type: 'agent_session.join', data });
}

async function leave(work: SessionWork, id: string, reason: (typeof leaveReasons)[number]): Promise<void> {
  await run(work, aggregates.agentSession, id, { type: 'agent_session.leave', data: { reason } });
}

async function readParts({ tx }: SessionWork, sessionId: string): Promise<readonly Part[]> {
  const { rows } = await tx.query<Part>(
    `select id, agent_id as "agentId", joined_at as "joinedAt", left_at as "leftAt" from agent_sessions
     where tenant_id = $1 and session_id = $2 order by id`,
    [tx.tenantId, sessionId],
  );
  return rows;
}

async function readAssignments({ tx }: SessionWork, sessionId: string): Promise<readonly Assignment[]> {
  const { rows } = await tx.query<Assignment>(
    `select event_data ->> 'agentId' as "agentId", occurred_at as at from event_store
     where tenant_id = $1 and aggregate_type = 'session' and aggregate_id = $2 and event_type = 'session.agent_assigned' order by sequence_number`,
    [tx.tenantId, sessionId],
  );
  return rows;
}

async function isActive({ tx }: SessionWork, agentId: string): Promise<boolean> {
  const { rowCount } = await tx.query(`select 1 from agents where tenant_id = $1 and id = $2 and status = 'active'`, [
    tx.tenantId,
    agentId,
  ]);
  return rowCount === 1;
}
