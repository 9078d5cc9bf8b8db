// A name that must be its own among things of a kind: said as a rule here, made sure by a unique index on lower(name). Who loses a race is run again.
import { and, eq, ne, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { violated } from '../domain/kernel/errors.ts';
import { ofTenant } from './queries/conditions.ts';
import type { Tx } from './transaction.ts';

type NamedTable = PgTable & { readonly id: PgColumn; readonly tenantId: PgColumn; readonly name: PgColumn };

/** Throws DomainError rule_violated (`rule`) when another than `id` has this name, upper or lower case, among those that fit `among`. */
export async function requireFreeName(
  tx: Tx,
  {
    table,
    id,
    name,
    among,
    rule,
    thing,
  }: {
    readonly table: NamedTable;
    readonly id: string | null;
    readonly name: string;
    readonly among: SQL | undefined;
    readonly rule: string;
    readonly thing: string;
  },
): Promise<void> {
  const isSame = eq(sql`lower(${table.name})`, sql`lower(${name})`);
  const other = and(ofTenant(tx, table), among, isSame, id === null ? undefined : ne(table.id, id));
  const rows = await tx.db.select({ id: table.id }).from<PgTable>(table).where(other).limit(1);
  if (rows.length > 0) throw violated(rule, `There is a ${thing} of this name already: choose another name.`);
}
