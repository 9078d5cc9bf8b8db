// Counts rows of the transaction's tenant, for limits.
import { and, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Tx } from '../transaction.ts';
import { ofTenant } from './conditions.ts';

/** How many rows of the table fit the condition. */
export function countRows(
  tx: Tx,
  table: PgTable & { readonly tenantId: PgColumn },
  condition: SQL | undefined,
): Promise<number> {
  return tx.db.$count(table, and(ofTenant(tx, table), condition));
}
