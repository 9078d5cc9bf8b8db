// `npm run migrate`: applies the missing migrations to the database of DATABASE_MIGRATION_URL (else DATABASE_URL, else the running stack's).
import { migrate } from '../db/migrate.ts';
import { runningStack } from './up/state-file.ts';

const url =
  process.env['DATABASE_MIGRATION_URL'] ||
  process.env['DATABASE_URL'] ||
  runningStack()?.environment['DATABASE_MIGRATION_URL'];
if (!url) {
  console.error('Set DATABASE_MIGRATION_URL to a connection of the schema’s owner, or run `npm start` first.');
  process.exit(2);
}
try {
  const applied = await migrate({ url, log: (line) => console.log(line) });
  console.log(applied.length > 0 ? `${applied.length} applied` : 'nothing to do: every migration is applied');
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
