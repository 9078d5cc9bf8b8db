// Where a session stands for its terms, read from its log. Hold the session before.
import type { Tx } from '../../db/transaction.ts';
import type { SessionStanding } from '../../domain/session/next-due.ts';
import type { Session } from '../../domain/session/session.ts';
import type { SessionTerms } from '../../domain/session-policy/terms.ts';
import { freeAgent } from './free-agent.ts';

/** The standing, who could get the session (next), and when the project's side last wrote, by the message's own time. */
export type ReadStanding = SessionStanding & {
  readonly freeAgentId: string | null;
  readonly lastAgentMessageAt: string | null;
};

type Times = {
  readonly lastAt: Date | null;
  readonly waitingSince: Date | null;
  readonly answeredAt: Date | null;
  readonly assignedAt: Date | null;
};

/** Reads it. */
export async function readStanding(tx: Tx, session: Session, terms: SessionTerms): Promise<ReadStanding> {
  const { lastAt, waitingSince, answeredAt, assignedAt } = await readTimes(tx, session.id);
  const isAsked = session.agentId === null ? terms.autoAssign : terms.reassignSeconds !== null && waitingSince !== null;
  const freeAgentId = isAsked ? await freeAgent(tx, session, waitingSince) : null;
  return {
    lastActivityMs: lastAt?.getTime() ?? Date.parse(session.startedAt ?? ''),
    waitingSinceMs: waitingSince?.getTime() ?? null,
    messageCount: session.messageCount,
    agentId: session.agentId,
    assignedMs: assignedAt?.getTime() ?? null,
    isResolved: session.resolvedAt !== null,
    isEscalated: session.escalatedAt !== null,
    isAbandoned: session.abandonedAt !== null,
    isAgentFree: freeAgentId !== null,
    freeAgentId,
    lastAgentMessageAt: answeredAt?.toISOString() ?? null,
  };
}

/** By when things were recorded: the messages' own times say nothing of who waits for what since when, if they come late. */
async function readTimes(tx: Tx, sessionId: string): Promise<Times> {
  const { rows } = await tx.query<Times>(
    `with log as (
       select sequence_number as place, event_type as type, event_data as data, occurred_at as at from event_store
       where tenant_id = $1 and aggregate_type = 'session' and aggregate_id = $2 and event_type in ('session.message_recorded', 'session.agent_assigned')),
     counted as (
       select place, at, data -> 'fromContact' = 'true' as asks, (data ->> 'recordedAt')::timestamptz as own_time from log
       where type = 'session.message_recorded' and not data ? 'undone' and not exists (
         select from log taken where taken.data ? 'undone' and taken.data ->> 'messageId' = log.data ->> 'messageId'))
     select (select max(at) from counted) as "lastAt",
       (select min(at) from counted where place > coalesce((select max(place) from counted where not asks), 0)) as "waitingSince",
       (select max(own_time) from counted where not asks) as "answeredAt",
       (select max(at) from log where type = 'session.agent_assigned') as "assignedAt"`,
    [tx.tenantId, sessionId],
  );
  return rows[0] ?? { lastAt: null, waitingSince: null, answeredAt: null, assignedAt: null };
}
