// Conditions that many reads share. All others are drizzle's own.
import { eq, type GetColumnData, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Tx } from '../transaction.ts';

/** The rows of the transaction's tenant. */
export function ofTenant({ tenantId }: Tx, table: { readonly tenantId: PgColumn }): SQL {
  return eq(table.tenantId, tenantId);
}

/** That a column equals a value; a value that was left out is no condition. */
export function equal<Column extends PgColumn>(
  column: Column,
  value: GetColumnData<Column, 'raw'> | undefined,
): SQL | undefined {
  return value === undefined ? undefined : eq(column, value);
}
