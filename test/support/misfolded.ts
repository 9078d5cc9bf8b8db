// What of a database is not the fold of its events: the rows of every aggregate that lives from them, of all tenants, and its snapshots.
import type pg from 'pg';
import { type Database, openDatabase } from '../../db/deps.ts';
import type { Difference } from '../../db/event-store/compare-rows.ts';
import { verifyTenant } from '../../db/event-store/verify-tenant.ts';
import type { Config } from '../../platform/config.ts';

/** Reads it; every event is folded, no snapshot is trusted. */
export async function readMisfolded(
  admin: pg.Pool | pg.Client,
  database: Pick<Database, 'pool' | 'keysOf'>,
): Promise<Difference[]> {
  const { rows } = await admin.query<{ tenant_id: string }>('select tenant_id from tenants order by 1');
  const found: Difference[] = [];
  for (const { tenant_id } of rows)
    for await (const { differences } of verifyTenant(database, tenant_id)) found.push(...differences);
  return found;
}

/** Throws when there is any; `config`: where the database is. */
export async function assertRowsAreFolds(admin: pg.Client, config: Config): Promise<void> {
  const database = openDatabase(config, { name: 'folds' });
  try {
    const found = await readMisfolded(admin, database);
    if (found.length === 0) return;
    const some = found
      .slice(0, 5)
      .map(({ aggregateType, aggregateId, what }) => `${aggregateType} ${aggregateId}: ${what}`);
    throw new Error(`${found.length} are not the fold of their events:\n  ${some.join('\n  ')}`);
  } finally {
    await database.close();
  }
}
