// The migration runner: SQL files in order, forward only, each in a transaction of its own with its checksum; a lock keeps two runners apart.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

/** Where the migrations are. */
const migrationsFolder = new URL('./migrations/', import.meta.url);
// Any number that all runners share.
const lockKey = 7_252_001;

/** One applied or pending migration. `checksum` is the SHA-256 of its file. */
export type Migration = { readonly name: string; readonly checksum: string; readonly sql: string };

/** Thrown when the folder and the database disagree; `message` says what to do. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/** Reads the migration files in order of name. Throws MigrationError for a name that is not `0001_words.sql` or a number used twice. */
export async function readMigrations(folder: URL = migrationsFolder): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set<string>();
  return Promise.all(
    names.map(async (name) => {
      const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
      if (!number) throw new MigrationError(`${name}: call it 0001_what_it_does.sql.`);
      if (numbers.has(number))
        throw new MigrationError(`${name}: the number ${number} is used twice; give it the next free one.`);
      numbers.add(number);
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { name, checksum: createHash('sha256').update(sql).digest('hex'), sql };
    }),
  );
}

/** Applies what is missing and returns the names applied. Throws MigrationError when a released file was changed or is gone. */
export async function migrate({
  url,
  folder = migrationsFolder,
  log = () => {},
}: {
  url: string;
  folder?: URL;
  log?: (line: string) => void;
}): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: url, application_name: 'migrate' });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await client.query(
      'create table if not exists schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from schema_migrations order by name',
    );
    const applied = new Map(rows.map((row) => [row.name, row.checksum]));
    checkHistory(migrations, applied);
    const pending = migrations.filter(({ name }) => !applied.has(name));
    for (const migration of pending) await apply(client, migration, log);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

function checkHistory(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const [name, checksum] of applied) {
    const file = known.get(name);
    if (!file)
      throw new MigrationError(
        `${name} was applied to this database but its file is gone: this code is older than the database.`,
      );
    if (file.checksum !== checksum)
      throw new MigrationError(
        `${name} was changed after it had been applied: restore it and write a new migration instead.`,
      );
  }
  const last = [...applied.keys()].at(-1);
  const late = migrations.find(({ name }) => !applied.has(name) && last !== undefined && name < last);
  if (late)
    throw new MigrationError(
      `${late.name} comes before ${last}, which is applied already: give it the next free number.`,
    );
}

async function apply(
  client: pg.Client,
  { name, checksum, sql }: Migration,
  log: (line: string) => void,
): Promise<void> {
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum]);
    await client.query('commit');
    log(`applied ${name}`);
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw new MigrationError(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
