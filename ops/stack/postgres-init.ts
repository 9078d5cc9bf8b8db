// Makes a database cluster, all or nothing: initdb works in a folder beside, which takes its place when it is complete.
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PostgresPlace } from './postgres-place.ts';
import { run } from './run.ts';

/** Makes the cluster in the place's empty data folder and answers the superuser's password. `durable`: sync it to disk. */
export async function initialise(place: PostgresPlace, durable: boolean): Promise<string> {
  const password = randomBytes(18).toString('hex');
  const folder = `${place.dataFolder}.new`;
  const passwordFile = `${folder}.password`;
  rmSync(folder, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const file of [folder, passwordFile]) give(file, place);
  const args = ['-D', folder, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'];
  try {
    // C.UTF-8 sorts alike everywhere and knows letters beyond ASCII; macOS lacks it.
    for (const locale of ['C.UTF-8', 'C']) {
      const all = [...args, `--locale=${locale}`, ...(durable ? [] : ['--no-sync'])];
      const result = await run(path.join(place.binFolder, 'initdb'), all, childOptions(place));
      if (result.code === 0) {
        renameSync(folder, place.dataFolder);
        return password;
      }
      if (!/locale/.test(result.stderr)) throw new Error(`initdb failed.\n${result.stderr || result.stdout}`);
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
  throw new Error('initdb knows neither the locale C.UTF-8 nor C.');
}

/** How to start PostgreSQL's programs: under the place's user, in a folder that user can enter. */
export function childOptions(place: PostgresPlace) {
  return {
    ...place.user,
    cwd: place.dataFolder,
    env: { PATH: process.env['PATH'], HOME: place.dataFolder, LC_ALL: 'C', TZ: 'UTC' },
  };
}

function give(file: string, { user }: PostgresPlace): void {
  if (user.uid !== undefined && user.gid !== undefined) chownSync(file, user.uid, user.gid);
}
