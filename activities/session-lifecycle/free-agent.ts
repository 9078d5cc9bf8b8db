// Who could get a session next: a person of the project who has the fewest, and has not had it since the contact began to wait.
import type { Tx } from '../../db/transaction.ts';
import type { Session } from '../../domain/session/session.ts';

/** An agent's id; null: nobody is left. */
export async function freeAgent(
  tx: Tx,
  { id, projectId, agentId }: Session,
  waitingSince: Date | null,
): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    `select agent.id from agents agent
     where agent.tenant_id = $1 and agent.project_id = $2 and agent.status = 'active' and agent.type = 'human' and agent.id is distinct from $3::uuid
       and not exists (select from event_store tried where tried.tenant_id = $1 and tried.aggregate_type = 'session' and tried.aggregate_id = $4
         and tried.event_type = 'session.agent_assigned' and tried.occurred_at >= $5::timestamptz and tried.event_data ->> 'agentId' = agent.id::text)
     order by (select count(*) from sessions busy where busy.tenant_id = $1 and busy.agent_id = agent.id and busy.status = 'active'), agent.id limit 1`,
    [tx.tenantId, projectId, agentId, id, waitingSince],
  );
  return rows[0]?.id ?? null;
}
