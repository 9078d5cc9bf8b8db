// Whether a contact wrote.
import type { Tx } from './transaction.ts';

/** Whether the contact wrote after that; what was imported from the past is no answer. */
export async function wroteSince(tx: Tx, contactId: string, since: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select 1 from messages where tenant_id = $1 and contact_id = $2 and not from_me and source <> 'history_import'
       and discarded_at is null and created_at > $3 limit 1`,
    [tx.tenantId, contactId, since],
  );
  return (rowCount ?? 0) > 0;
}
