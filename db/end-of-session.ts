// What the end of a session tells beside its counts: where the channel leads contacts to, and what happened.
import type { Tx } from './transaction.ts';

/** Fields of `session.close`. `eventsSummary`: how many events of each type the session had before its end. */
export async function endOfSession(
  tx: Tx,
  sessionId: string,
): Promise<{ readonly pipelineId?: string; readonly eventsSummary: Readonly<Record<string, number>> }> {
  const { rows } = await tx.query<{ pipelineId: string | null; eventsSummary: Record<string, number> | null }>(
    `select channel.pipeline_id as "pipelineId",
       (select jsonb_object_agg(event_type, count) from (select event_type, count(*) as count from event_store
          where tenant_id = $1 and aggregate_type = 'session' and aggregate_id = $2 group by 1) as counts) as "eventsSummary"
     from sessions session join channels channel on channel.tenant_id = $1 and channel.id = session.channel_id
     where session.tenant_id = $1 and session.id = $2`,
    [tx.tenantId, sessionId],
  );
  const { pipelineId = null, eventsSummary = null } = rows[0] ?? {};
  return { ...(pipelineId !== null && { pipelineId }), eventsSummary: eventsSummary ?? {} };
}
