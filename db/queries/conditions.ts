// Conditions that many reads share. All others are drizzle's own.
import { eq, type GetColumnData, isNotNull, isNull, type SQL } from 'drizzle-orm';
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

/** That a column holds something (`true`) or nothing (`false`); left out, it is no condition. */
export function isSet(column: PgColumn, wanted: 'true' | 'false' | undefined): SQL | undefined {
  if (wanted === undefined) return undefined;
  return wanted === 'true' ? isNotNull(column) : isNull(column);
}
