// Gets the database ready: roles, schema and passwords, on our own server or on one that DATABASE_URL names.
import pg from 'pg';
import { migrate } from '../../db/migrate.ts';
import { applicationRoles, ensureRole, ownerRole, urlAs } from '../stack/roles.ts';
import type { Say } from '../stack/server.ts';

/** Connections by role: app_user, app_system and the owner of the schema. */
export type DatabaseUrls = { DATABASE_URL: string; DATABASE_SYSTEM_URL: string; DATABASE_MIGRATION_URL: string };

const database = 'messaging';

/** On our own server: makes owner, database and schema. Answers the connections and the migrations applied. */
export async function prepareOwnDatabase(
  adminUrl: string,
  password: string,
  say: Say,
): Promise<[DatabaseUrls, string[]]> {
  return withClient(adminUrl, async (admin) => {
    await ensureRole(admin, ownerRole, password, 'CREATEROLE');
    const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (!found.rowCount) await admin.query(`CREATE DATABASE ${database} OWNER ${ownerRole}`);
    const ownerUrl = urlAs(adminUrl, ownerRole, password, database);
    const applied = await migrate({ url: ownerUrl, log: say });
    for (const role of applicationRoles) await ensureRole(admin, role, password);
    return [urlsFrom(ownerUrl, password), applied];
  });
}

/** On a server of somebody else's: with the three given connections, or with one that may make roles. */
export async function prepareGivenDatabase(password: string, say: Say): Promise<[DatabaseUrls, string[]]> {
  const given = process.env['DATABASE_URL'] ?? '';
  const migration = process.env['DATABASE_MIGRATION_URL'];
  const system = process.env['DATABASE_SYSTEM_URL'];
  if (migration && system) {
    const applied = await migrate({ url: migration, log: say });
    return [{ DATABASE_URL: given, DATABASE_SYSTEM_URL: system, DATABASE_MIGRATION_URL: migration }, applied];
  }
  await withClient(given, requireRights);
  const applied = await migrate({ url: given, log: say });
  const urls = urlsFrom(given, password);
  if (!(await canLogIn(urls.DATABASE_URL)) || !(await canLogIn(urls.DATABASE_SYSTEM_URL))) {
    say(`setting the passwords of ${applicationRoles.join(' and ')} on the given server`);
    await withClient(given, async (owner) => {
      for (const role of applicationRoles) await ensureRole(owner, role, password);
    });
  }
  return [urls, applied];
}

function urlsFrom(ownerUrl: string, password: string): DatabaseUrls {
  return {
    DATABASE_URL: urlAs(ownerUrl, 'app_user', password),
    DATABASE_SYSTEM_URL: urlAs(ownerUrl, 'app_system', password),
    DATABASE_MIGRATION_URL: ownerUrl,
  };
}

async function requireRights(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ able: boolean; name: string }>(
    'SELECT current_user AS name, rolsuper OR rolcreaterole AS able FROM pg_roles WHERE rolname = current_user',
  );
  if (rows[0]?.able) return;
  throw new Error(
    `DATABASE_URL logs in as ${rows[0]?.name}, which may not make roles. Either give it a user that may (CREATEROLE and owner of ` +
      'the database), or set all three: DATABASE_URL (as app_user), DATABASE_SYSTEM_URL (as app_system), DATABASE_MIGRATION_URL (owner).',
  );
}

async function canLogIn(url: string): Promise<boolean> {
  return withClient(url, () => Promise.resolve(true)).catch(() => false);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { hostname, port } = new URL(url);
    throw new Error(`No connection to the database at ${hostname}:${port || 5432}: ${reason(error)}`);
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function reason(error: unknown): string {
  return (error as { code?: string }).code ?? (error instanceof Error ? error.message : String(error));
}
