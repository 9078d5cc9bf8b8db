// Whose turn it is to change a channel's session at the gateway: one saga at a time, so that the undo of one can't take away what the next has made.
import type { Tx } from './transaction.ts';

/** Takes the turn, or keeps it; false while the saga that has it has not ended. `workflowId`'s saga must have its row already. */
export async function takeTurn(tx: Tx, channelId: string, workflowId: string): Promise<boolean> {
  // Held until the commit: the statement after it sees what whoever had it before has written.
  await tx.query('select 1 from channels where tenant_id = $1 and id = $2 for no key update', [tx.tenantId, channelId]);
  const { rowCount } = await tx.query(
    `insert into channel_turns as turn (tenant_id, channel_id, workflow_id) values ($1, $2, $3)
     on conflict (channel_id) do update set workflow_id = excluded.workflow_id, taken_at = now()
       where turn.workflow_id = excluded.workflow_id
         or not exists (select from sagas where tenant_id = turn.tenant_id and workflow_id = turn.workflow_id and ended_at is null)`,
    [tx.tenantId, channelId, workflowId],
  );
  return rowCount === 1;
}
