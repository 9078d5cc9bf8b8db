// Under whom PostgreSQL runs and where its data lies. It refuses root, so root hands it to another user, who must be able to get there.
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { folderKey } from './paths.ts';
import { run } from './run.ts';
import type { Say } from './server.ts';

/** The user the server runs as (unset = ours), its data folder and the folder of its programs. */
export type PostgresPlace = { user: { uid?: number; gid?: number }; dataFolder: string; binFolder: string };

/** Decides the place for a state folder and makes the data folder. */
export async function postgresPlace(stateDir: string, binFolder: string, say: Say): Promise<PostgresPlace> {
  mkdirSync(stateDir, { recursive: true });
  if (process.getuid?.() !== 0) {
    const dataFolder = path.join(stateDir, 'data');
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    return { user: {}, dataFolder, binFolder };
  }
  const user = otherUser();
  let base = stateDir;
  if (!(await canEnter(stateDir, user))) {
    base = outsidePlace(stateDir);
    mkdirSync(base, { recursive: true, mode: 0o755 });
    if (!existsSync(path.join(base, 'data')))
      say(`PostgreSQL won't run as root and user ${user.name} can't enter this folder: its data goes to ${base}`);
  }
  const dataFolder = path.join(base, 'data');
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  chownSync(dataFolder, user.uid, user.gid);
  return {
    user: { uid: user.uid, gid: user.gid },
    dataFolder,
    binFolder: await reachableBinaries(binFolder, base, user),
  };
}

/** The data folder used when the project's own can't be entered; derived from the state folder's path. */
export function outsidePlace(stateDir: string): string {
  return path.join('/var/lib/messaging-sagas', folderKey(stateDir));
}

type User = { name: string; uid: number; gid: number };

function otherUser(): User {
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const row = rows.find((fields) => fields[0] === 'postgres') ?? rows.find((fields) => fields[0] === 'nobody');
  return { name: row?.[0] ?? 'nobody', uid: Number(row?.[2] ?? 65_534), gid: Number(row?.[3] ?? 65_534) };
}

async function canEnter(folder: string, { uid, gid }: User): Promise<boolean> {
  return (await run('test', ['-x', folder], { uid, gid, cwd: '/' })).code === 0;
}

async function reachableBinaries(binFolder: string, base: string, user: User): Promise<string> {
  const root = path.dirname(binFolder);
  if (await canEnter(path.join(binFolder, 'postgres'), user)) return binFolder;
  const copy = path.join(base, 'programs');
  if (!existsSync(path.join(copy, 'bin', 'postgres'))) {
    cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
    chmodSync(copy, 0o755);
  }
  return path.join(copy, 'bin');
}
