// The terms that hold for a session: its channel's, else its project's, else the usual ones.
import type { Tx } from '../../db/transaction.ts';
import { defaultTerms, type SessionTerms } from '../../domain/session-policy/terms.ts';

/** Reads them as they are now: a policy that is changed holds for sessions that are active, too. */
export async function readTerms(
  tx: Tx,
  { projectId, channelId }: { readonly projectId: string; readonly channelId: string },
): Promise<SessionTerms> {
  const { rows } = await tx.query<SessionTerms>(
    `select inactivity_seconds as "inactivitySeconds", abandon_seconds as "abandonSeconds", escalate_seconds as "escalateSeconds",
       reassign_seconds as "reassignSeconds", auto_assign as "autoAssign"
     from session_policies where tenant_id = $1 and project_id = $2 and (channel_id = $3 or channel_id is null) and deleted_at is null
     order by channel_id nulls last limit 1`,
    [tx.tenantId, projectId, channelId],
  );
  return rows[0] ?? defaultTerms;
}
