// Starts and stops the project's own PostgreSQL on loopback. One left running by an earlier start is adopted when it is provably ours.
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { pickPort } from './ports.ts';
import { postgresBinary } from './postgres-binary.ts';
import { childOptions, initialise } from './postgres-init.ts';
import { outsidePlace, type PostgresPlace, postgresPlace } from './postgres-place.ts';
import { endProcesses, findProcesses, isAlive, programOf } from './processes.ts';
import { type Origin, type ServerOptions, sameSettings } from './server.ts';
import { readServerFile, writeServerFile } from './server-file.ts';
import { waitReady } from './wait-ready.ts';

/** The superuser's connection URL and how the server came to run. */
export type RunningPostgres = { adminUrl: string; port: number; origin: Origin };

/** Starts or adopts the server whose state is in `stateDir`. */
export async function startPostgres(options: ServerOptions): Promise<RunningPostgres> {
  const place = await postgresPlace(options.stateDir, await postgresBinary(options.say), options.say);
  const known = readServerFile(options.stateDir);
  const settings = [...serverSettings(options.durable), ...(options.settings ?? [])];
  const running = await findPostgres(options.stateDir);
  if (running.length > 0) {
    const port = known?.ports['postgres'];
    if (port && known.password && sameSettings(known.settings, settings)) {
      const adminUrl = urlOf(port, known.password);
      if (await isOurs(adminUrl, place.dataFolder)) return { adminUrl, port, origin: 'adopted' };
    }
    options.say('replacing a PostgreSQL that an earlier start left behind');
    await endProcesses(running, 'SIGINT', 8_000);
  }
  const password = existsSync(path.join(place.dataFolder, 'PG_VERSION'))
    ? known?.password
    : await initialise(place, options.durable);
  if (!password) {
    throw new Error(`The password of the database in ${place.dataFolder} is lost. \`npm run reset\` starts over.`);
  }
  await dropForeignLock(place.dataFolder);
  const port = await pickPort('PostgreSQL', known?.ports['postgres'] ?? options.ports['postgres'] ?? 0, options.say);
  writeServerFile(options.stateDir, { ports: { postgres: port }, settings, password });
  await launchPatiently(options, place, port, settings, urlOf(port, password));
  return { adminUrl: urlOf(port, password), port, origin: 'started' };
}

/** Stops the server of `stateDir`, if it runs: connections are cut, data is kept. */
export async function stopPostgres(stateDir: string): Promise<void> {
  await endProcesses(await findPostgres(stateDir), 'SIGINT', 5_000);
}

/** The process of the server of `stateDir`, wherever its data lies. */
export async function findPostgres(stateDir: string): Promise<number[]> {
  const inside = await findProcesses('postgres', path.join(stateDir, 'data'));
  return [...inside, ...(await findProcesses('postgres', path.join(outsidePlace(stateDir), 'data')))];
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

/** After a crash the lock may name a process id that now belongs to another program, which PostgreSQL would respect for ever. */
async function dropForeignLock(dataFolder: string): Promise<void> {
  const lock = path.join(dataFolder, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10);
  // A lock of a process that has gone is left to PostgreSQL, which also sees to that process's orphans.
  if (isAlive(pid) && (await programOf(pid)) !== 'postgres') rmSync(lock);
}

/** After a crash of the server its orphans hold the data for a moment longer; PostgreSQL refuses until they have gone. */
async function launchPatiently(
  { stateDir, say }: ServerOptions,
  place: PostgresPlace,
  port: number,
  settings: string[],
  url: string,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(stateDir, place, port, settings, url);
    } catch (error) {
      if (attempt > 10 || !/shared memory block|already exists/.test(String(error))) throw error;
      if (attempt === 1) say('waiting for what is left of the last run');
      await delay(500);
    }
  }
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
