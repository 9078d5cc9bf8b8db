// The catalogue says what keeps tenants apart: looked up in the database itself, for every table there is.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { openDatabase } from '../../db/deps.ts';
import { inSystem, inTenant, inTenantAtOnce } from '../../db/transaction.ts';
import { type TestStack, testStack } from '../support/stack.ts';

/** These run as their owner on purpose; every other such function is a hole. */
const listedDefiners = ['drop_outbox_partition', 'ensure_outbox_partitions'];

describe('row-level security', () => {
  let stack: TestStack;
  let admin: pg.Client;
  before(async () => {
    stack = await testStack('row_level_security');
    admin = new pg.Client({ connectionString: stack.adminUrl });
    await admin.connect();
  });
  after(async () => {
    await admin.end();
    await stack.close();
  });

  const query = async (sql: string): Promise<Record<string, unknown>[]> => (await admin.query(sql)).rows;

  test('every table with tenant_id has it enabled and forced, and each of its policies a check', async () => {
    const tables = await query(`select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
        c.relispartition as part, (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
      where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace`);
    assert.ok(tables.length > 20, `${tables.length} tables`);
    for (const { name, enabled, forced, part, policies } of tables) {
      assert.deepEqual([enabled, forced], [true, true], String(name));
      if (!part) assert.ok(Number(policies) > 0, `${name} has no policy`);
    }
    const unchecked = await query(
      `select polrelid::regclass::text as name from pg_policy where polwithcheck is null and polcmd in ('*', 'a', 'w')`,
    );
    assert.deepEqual(unchecked, []);
    const open = await query(`select polrelid::regclass::text as name from pg_policy p
      where pg_get_expr(polqual, polrelid) = 'true' and polroles <> array[(select relowner from pg_class where oid = polrelid)] and not (select oid from pg_roles where rolname = 'app_system') = any(polroles)`);
    assert.deepEqual(open, []);
  });

  test('the application roles own nothing, are no superusers, bypass nothing', async () => {
    const roles =
      await query(`select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as mighty,
        (select count(*)::int from pg_class where relowner = r.oid) as owns from pg_roles r where rolname in ('app_user', 'app_system')`);
    assert.equal(roles.length, 2);
    for (const { name, mighty, owns } of roles) assert.deepEqual([mighty, owns], [false, 0], String(name));
    const changing = await query(`select table_name as name from information_schema.role_table_grants
      where grantee in ('app_user', 'app_system') and privilege_type in ('TRUNCATE', 'TRIGGER', 'REFERENCES')`);
    assert.deepEqual(changing, []);
  });

  test('views see with their caller’s eyes; no function runs as its owner but the listed', async () => {
    const views =
      await query(`select relname as name from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace
      and not coalesce(reloptions::text[] @> array['security_invoker=true'], false)`);
    assert.deepEqual(views, []);
    const definers = await query(
      `select proname as name from pg_proc where prosecdef and pronamespace = 'public'::regnamespace order by 1`,
    );
    assert.deepEqual(
      definers.map(({ name }) => name),
      listedDefiners,
    );
  });

  test('unique keys over tenants hold random ids only, foreign keys hold the tenant', async () => {
    const foreign = await query(`select conrelid::regclass::text as name, conname from pg_constraint c
      where contype = 'f' and connamespace = 'public'::regnamespace and confrelid <> 'tenants'::regclass
        and exists (select from pg_attribute a where a.attrelid = c.confrelid and a.attname = 'tenant_id')
        and not exists (select from pg_attribute a where a.attrelid = c.conrelid and a.attname = 'tenant_id' and a.attnum = any(c.conkey))`);
    assert.deepEqual(foreign, []);
  });

  test('no tenant, a wrong one, an empty one: no rows; writing for another: refused', async () => {
    const database = openDatabase(stack.config, { name: 'rls' });
    try {
      for (const tenantId of ['tenant-a', 'tenant-b'])
        await inSystem(database.systemPool, (tx) =>
          tx.query('insert into tenants (tenant_id, name) values ($1, $1)', [tenantId]),
        );
      const project = `insert into projects (id, tenant_id, sequence, user_id, name, created_at)
        values (gen_random_uuid(), $1, 1, gen_random_uuid(), 'x', now())`;
      await inTenant(database.pool, 'tenant-a', (tx) => tx.query(project, ['tenant-a']));
      const seen = async (tenantId: string): Promise<number | null> =>
        inTenant(database.pool, tenantId, async (tx) => (await tx.query('select 1 from projects')).rowCount);
      assert.deepEqual([await seen('tenant-a'), await seen('tenant-b'), await seen('')], [1, 0, 0]);
      // On the same pooled connection: what a transaction before had set is gone.
      assert.equal((await database.pool.query('select 1 from projects')).rowCount, 0);
      await assert.rejects(
        inTenant(database.pool, 'tenant-b', (tx) => tx.query(project, ['tenant-a'])),
        /42501/,
      );
      // The same in one round trip: the tenant is set before the row meets its policy, and for that statement only.
      const atOnce = (tenantId: string, owner: string): Promise<unknown[]> =>
        inTenantAtOnce(
          database.pool,
          tenantId,
          `insert into projects (id, tenant_id, sequence, user_id, name, created_at)
           select gen_random_uuid(), $1, 1, gen_random_uuid(), 'x', now() from tenant returning id`,
          [owner],
        );
      assert.equal((await atOnce('tenant-b', 'tenant-b')).length, 1);
      assert.equal((await database.pool.query('select 1 from projects')).rowCount, 0);
      assert.deepEqual([await seen('tenant-a'), await seen('tenant-b')], [1, 1]);
      await assert.rejects(atOnce('tenant-b', 'tenant-a'), /42501/);
      await assert.rejects(inTenantAtOnce(database.pool, 'tenant-b', 'select 1', []), /from tenant/);
    } finally {
      await database.close();
    }
  });
});
