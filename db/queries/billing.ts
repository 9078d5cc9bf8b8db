// What an account's other rows say, for rules that its own state can't decide.
import type { Tx } from '../transaction.ts';

/** Whether an account has subscriptions that have not ended. */
export async function hasRunningSubscriptions(tx: Tx, accountId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select 1 from subscriptions where tenant_id = $1 and account_id = $2 and status not in ('canceled', 'incomplete_expired') limit 1`,
    [tx.tenantId, accountId],
  );
  return rowCount !== 0;
}

/** Whether an account has invoices that collecting failed for and that are still owed. */
export async function hasOpenDebts(tx: Tx, accountId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select 1 from invoices where tenant_id = $1 and account_id = $2
       and (status = 'uncollectible' or (status = 'open' and attempt_count > 0)) limit 1`,
    [tx.tenantId, accountId],
  );
  return rowCount !== 0;
}
