// Databases for tests: one migrated template per state of the migrations, copied for each test file.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { migrate } from '../../db/migrate.ts';
import { applicationRoles, ensureRole, ownerRole, urlAs } from '../../ops/stack/roles.ts';
import { uniqueLetters } from './unique.ts';

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
      .slice(0, 30)}_${uniqueLetters()}`;
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}" OWNER ${ownerRole}`);
    return urlsOf(admin, adminUrl, name);
  } finally {
    await admin.end();
  }
}

/** Makes a database as the release before a migration left it: only the earlier ones have run. The roles are there since the first test database. */
export async function createOlderDatabase(adminUrl: string, label: string, migration: string): Promise<TestDatabase> {
  const admin = new pg.Client({ connectionString: adminUrl });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'migrations-'));
  await admin.connect();
  try {
    for (const name of readdirSync(migrationsDir))
      if (name < migration) await cp(path.join(migrationsDir, name), path.join(folder, name));
    const name = `test_${label}_${uniqueLetters()}`;
    await admin.query(`CREATE DATABASE "${name}" OWNER ${ownerRole}`);
    await migrate({ url: urlAs(adminUrl, ownerRole, password, name), folder: pathToFileURL(`${folder}/`) });
    return urlsOf(admin, adminUrl, name);
  } finally {
    await admin.end();
    await rm(folder, { recursive: true, force: true });
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

function urlsOf(admin: pg.Client, adminUrl: string, name: string): TestDatabase {
  return {
    name,
    userUrl: urlAs(adminUrl, 'app_user', password, name),
    systemUrl: urlAs(adminUrl, 'app_system', password, name),
    ownerUrl: urlAs(adminUrl, ownerRole, password, name),
    adminUrl: urlAs(adminUrl, admin.user ?? '', admin.password ?? '', name),
  };
}

async function ensureTemplate(admin: pg.Client, adminUrl: string): Promise<string> {
  const template = `template_${migrationsKey()}`;
  const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [template]);
  if (found.rowCount) return template;
  await ensureRole(admin, ownerRole, password, 'CREATEROLE');
  await admin.query(`DROP DATABASE IF EXISTS "${template}" WITH (FORCE)`);
  await admin.query(`CREATE DATABASE "${template}" OWNER ${ownerRole}`);
  await migrate({ url: urlAs(adminUrl, ownerRole, password, template) });
  for (const role of applicationRoles) await ensureRole(admin, role, password);
  await admin.query(`ALTER DATABASE "${template}" IS_TEMPLATE true`);
  return template;
}

/** Stands for the migrations' names and contents and for the runner, so that a change makes a new template. */
function migrationsKey(): string {
  const hash = createHash('sha256');
  const names = readdirSync(migrationsDir).sort();
  for (const name of names) hash.update(name).update(readFileSync(path.join(migrationsDir, name)));
  hash.update(readFileSync(migrateFile));
  return hash.digest('hex').slice(0, 12);
}
