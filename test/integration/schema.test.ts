// The drizzle tables and the migrated database say the same: every table, column, type, nullability, primary key, in both directions.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import * as schema from '../../db/schema/index.ts';
import { type TestStack, testStack } from '../support/stack.ts';

let stack: TestStack;
let client: pg.Client;
before(async () => {
  stack = await testStack('schema');
  client = new pg.Client({ connectionString: stack.adminUrl });
  await client.connect();
});
after(async () => {
  await client.end();
  await stack.close();
});

/** `table.column` → type, with `not null` where so. */
type Columns = Record<string, string>;

/** The migration runner's own table. */
const notOurs = ['schema_migrations'];

async function migratedColumns(): Promise<Columns> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end as type
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
       and c.relname <> all($1)`,
    [notOurs],
  );
  return Object.fromEntries(rows.map(({ name, type }) => [name, type]));
}

const tables: PgTable[] = Object.values(schema).filter((value) => value instanceof PgTable);

test('every column of the database stands in the schema, and none more', async () => {
  const described: Columns = {};
  for (const { name, columns } of tables.map(getTableConfig)) {
    for (const column of columns)
      described[`${name}.${column.name}`] = `${column.getSQLType()}${column.notNull ? ' not null' : ''}`;
  }
  assert.deepEqual(described, await migratedColumns());
});

test('the primary keys agree', async () => {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select c.relname as name, array(select a.attname::text from unnest(k.conkey) with ordinality as key (attnum, position)
       join pg_attribute a on a.attrelid = c.oid and a.attnum = key.attnum order by position) as columns
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype = 'p' and c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relname <> all($1)`,
    [notOurs],
  );
  const described = tables
    .map(getTableConfig)
    .map(({ name, columns, primaryKeys }) => [
      name,
      (primaryKeys[0]?.columns ?? columns.filter((column) => column.primary)).map((column) => column.name),
    ]);
  assert.deepEqual(Object.fromEntries(described), Object.fromEntries(rows.map(({ name, columns }) => [name, columns])));
});
