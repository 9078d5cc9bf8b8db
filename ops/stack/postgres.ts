// Starts and stops the project's own PostgreSQL on loopback. One left running by an earlier start is adopted when it is provably ours.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { pickPort } from './ports.ts';
import { postgresBinary } from './postgres-binary.ts';
import { outsidePlace, type PostgresPlace, postgresPlace } from './postgres-place.ts';
import { endProcesses, findProcesses } from './processes.ts';
import { run } from './run.ts';
import { type Origin, type ServerOptions, sameSettings } from './server.ts';
import { readServerFile, writeServerFile } from './server-file.ts';
import { waitReady } from './wait-ready.ts';

/** The superuser's connection URL and how the server came to run. */
export type RunningPostgres = { adminUrl: string; port: number; origin: Origin };

/** Starts or adopts the server whose state is in `stateDir`. */
export async function startPostgres(options: ServerOptions): Promise<RunningPostgres> {
  const place = await postgresPlace(options.stateDir, await postgresBinary(options.say), options.say);
  const known = readServerFile(options.stateDir);
  const settings = serverSettings(options.durable);
  const running = await findProcesses('postgres', place.dataFolder);
  if (running.length > 0) {
    const port = known?.ports['postgres'];
    if (port && known.password && sameSettings(known.settings, settings)) {
      const adminUrl = urlOf(port, known.password);
      if (await isOurs(adminUrl, place.dataFolder)) return { adminUrl, port, origin: 'adopted' };
    }
    options.say('replacing a PostgreSQL that an earlier start left behind');
    await endProcesses(running, 'SIGINT', 8_000);
  }
  const password = existsSync(path.join(place.dataFolder, 'PG_VERSION')) ? known?.password : await initialise(place);
  if (!password) {
    throw new Error(`The password of the database in ${place.dataFolder} is lost. \`npm run reset\` starts over.`);
  }
  dropForeignLock(place.dataFolder);
  const port = await pickPort('PostgreSQL', known?.ports['postgres'] ?? options.ports['postgres'] ?? 0, options.say);
  writeServerFile(options.stateDir, { ports: { postgres: port }, settings, password });
  await launch(options.stateDir, place, port, settings, urlOf(port, password));
  return { adminUrl: urlOf(port, password), port, origin: 'started' };
}

/** Stops the server of `stateDir`, if it runs: connections are cut, data is kept. */
export async function stopPostgres(stateDir: string): Promise<void> {
  for (const folder of [stateDir, outsidePlace(stateDir)]) {
    await endProcesses(await findProcesses('postgres', path.join(folder, 'data')), 'SIGINT', 6_000);
  }
}

function urlOf(port: number, password: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

function serverSettings(durable: boolean): string[] {
  const careless = durable ? [] : ['fsync=off', 'full_page_writes=off'];
  return [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=128MB',
    'timezone=UTC',
    'logging_collector=off',
    ...careless,
  ];
}

/** Asks the server itself where its data lies: a stranger on the same port is never taken for ours. */
async function isOurs(url: string, dataFolder: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory === dataFolder;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function initialise(place: PostgresPlace): Promise<string> {
  const password = randomBytes(18).toString('hex');
  const passwordFile = path.join(place.dataFolder, '..', 'initdb-password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (place.user.uid !== undefined) chownSync(passwordFile, place.user.uid, place.user.gid ?? place.user.uid);
  const args = [
    '-D',
    place.dataFolder,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-sync',
  ];
  try {
    // C.UTF-8 sorts alike everywhere and knows letters beyond ASCII; macOS lacks it.
    for (const locale of ['C.UTF-8', 'C']) {
      const result = await run(
        path.join(place.binFolder, 'initdb'),
        [...args, `--locale=${locale}`],
        childOptions(place),
      );
      if (result.code === 0) return password;
      if (!/locale/.test(result.stderr)) throw new Error(`initdb failed.\n${result.stderr || result.stdout}`);
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
  throw new Error('initdb knows neither the locale C.UTF-8 nor C.');
}

/** After a crash the lock may name a process id that now belongs to another program, which PostgreSQL would respect. */
function dropForeignLock(dataFolder: string): void {
  // The caller has seen that no postgres runs on this folder.
  rmSync(path.join(dataFolder, 'postmaster.pid'), { force: true });
}

function childOptions(place: PostgresPlace) {
  return {
    ...place.user,
    cwd: place.dataFolder,
    env: { PATH: process.env['PATH'], HOME: place.dataFolder, LC_ALL: 'C', TZ: 'UTC' },
  };
}

async function launch(
  stateDir: string,
  place: PostgresPlace,
  port: number,
  settings: string[],
  url: string,
): Promise<void> {
  const logFile = path.join(stateDir, 'postgres.log');
  const log = openSync(logFile, 'a');
  const args = ['-D', place.dataFolder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const child = spawn(path.join(place.binFolder, 'postgres'), args, {
    ...childOptions(place),
    detached: true,
    stdio: ['ignore', log, log],
  });
  let ended = false;
  child.on('error', () => {
    ended = true;
  });
  child.on('exit', () => {
    ended = true;
  });
  await waitReady({
    name: 'PostgreSQL',
    ready: () => isOurs(url, place.dataFolder),
    ended: () => ended,
    logFile,
    timeoutMs: 60_000,
  });
  child.unref();
}
