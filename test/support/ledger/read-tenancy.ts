// What tenants see of each other, and where canaries lie in the clear: looked for in every table there is.
import type pg from 'pg';
import { inTenant } from '../../../db/transaction.ts';
import type { Ledger } from '../invariants.ts';

/** For each table with a tenant_id that app_user may read: how many rows of others each of the tenants sees. */
export async function readForeignRows(
  admin: pg.Pool,
  userPool: pg.Pool,
  tenants: readonly string[],
): Promise<Ledger['foreignRows']> {
  const { rows: tables } = await admin.query<{ name: string }>(
    `select format('%I', relname) as name from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'tenant_id'
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname not like 'chaos%'
       and has_table_privilege('app_user', pg_class.oid, 'select') order by 1`,
  );
  const sql = tables.map(
    ({ name }) =>
      `select '${name}' as "table", count(*)::integer as count from ${name} where tenant_id is distinct from $1`,
  );
  const found = [];
  for (const tenantId of tenants) {
    const { rows } = await inTenant(userPool, tenantId, (tx) =>
      tx.query<{ table: string; count: number }>(sql.join(' union all '), [tenantId]),
    );
    found.push(...rows.map((row) => ({ ...row, tenantId })));
  }
  return found;
}

/** In how many rows of each table the text stands in the clear. */
export async function readCanaries(admin: pg.Pool, canary: string): Promise<Ledger['canaries']> {
  const { rows: tables } = await admin.query<{ name: string }>(
    `select format('%I', relname) as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  const found = [];
  for (const { name } of tables) {
    const { rows } = await admin.query<{ count: number | string }>(
      `select count(*) as count from ${name} as one_row where one_row::text like '%' || $1 || '%'`,
      [canary],
    );
    found.push({ place: `table ${name}`, count: Number(rows[0]?.count) });
  }
  return found;
}
