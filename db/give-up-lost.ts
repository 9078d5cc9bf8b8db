// Runs that nobody carries out any more: their workflows would have ended long ago by their own time-outs, so they were terminated.
import type { Tx } from './transaction.ts';

/** Ends what was asked for two days ago. As app_system. */
export async function giveUpLost(tx: Tx, table: 'contact_list_runs' | 'credential_refreshes'): Promise<void> {
  await tx.query(
    `update ${table} set ended_at = now(), outcome = 'lost' where ended_at is null and requested_at < now() - interval '2 days'`,
  );
}
