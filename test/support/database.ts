// Databases for tests: one migrated template per state of the migrations, copied for each test file.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';

const migrationsDir = path.resolve(import.meta.dirname, '../../db/migrations');
const migrateFile = path.resolve(import.meta.dirname, '../../db/migrate.ts');
const password = 'test';
// Any number; it only has to be the same in every test process.
const templateLock = 7_301_955;

/** Connection URLs of one test database, by role. */
export type TestDatabase = { name: string; userUrl: string; systemUrl: string; ownerUrl: string; adminUrl: string };

/** Makes a database from the migrated template, which the first caller makes. */
export async function createTestDatabase(adminUrl: string, label: string): Promise<TestDatabase> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    // Held while copying too: a template must have no connection, and two copies at once are slower than two in turn.
    await admin.query('SELECT pg_advisory_lock($1)', [templateLock]);
    const template = await ensureTemplate(admin, adminUrl);
    const name = `test_${label
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .slice(0, 30)}_${randomBytes(4).toString('hex')}`;
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}" OWNER messaging_owner`);
    return {
      name,
      userUrl: urlFor(adminUrl, 'app_user', name),
      systemUrl: urlFor(adminUrl, 'app_system', name),
      ownerUrl: urlFor(adminUrl, 'messaging_owner', name),
      adminUrl: urlFor(adminUrl, undefined, name),
    };
  } finally {
    await admin.end();
  }
}

/** Drops a test database, cutting the connections that are left. */
export async function dropTestDatabase(adminUrl: string, name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  } finally {
    await admin.end();
  }
}

async function ensureTemplate(admin: pg.Client, adminUrl: string): Promise<string> {
  const template = `template_${migrationsKey()}`;
  const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [template]);
  if (found.rowCount) return template;
  await ensureRole(admin, 'messaging_owner', 'CREATEROLE');
  await admin.query(`DROP DATABASE IF EXISTS "${template}" WITH (FORCE)`);
  await admin.query(`CREATE DATABASE "${template}" OWNER messaging_owner`);
  await migrateTemplate(urlFor(adminUrl, 'messaging_owner', template));
  await ensureRole(admin, 'app_user', '');
  await ensureRole(admin, 'app_system', '');
  await admin.query(`ALTER DATABASE "${template}" IS_TEMPLATE true`);
  return template;
}

async function migrateTemplate(url: string): Promise<void> {
  if (!existsSync(migrateFile)) return;
  const { migrate } = (await import(migrateFile)) as {
    migrate: (options: { url: string; log: (line: string) => void }) => Promise<unknown>;
  };
  await migrate({ url, log: () => undefined });
}

async function ensureRole(admin: pg.Client, role: string, rights: string): Promise<void> {
  const found = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  await admin.query(`${found.rowCount ? 'ALTER' : 'CREATE'} ROLE ${role} LOGIN ${rights} PASSWORD '${password}'`);
}

/** Stands for the migrations' names and contents and for the runner, so that a change makes a new template. */
function migrationsKey(): string {
  const hash = createHash('sha256');
  const names = existsSync(migrationsDir) ? readdirSync(migrationsDir).sort() : [];
  for (const name of names) hash.update(name).update(readFileSync(path.join(migrationsDir, name)));
  if (existsSync(migrateFile)) hash.update(readFileSync(migrateFile));
  return hash.digest('hex').slice(0, 12);
}

function urlFor(adminUrl: string, role: string | undefined, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (role) {
    url.username = role;
    url.password = password;
  }
  return url.href;
}
