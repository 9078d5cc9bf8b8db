// The three servers together: starts what no address in the environment stands for, side by side, and stops what is ours.
import path from 'node:path';
import { findPostgres, type RunningPostgres, startPostgres, stopPostgres } from './postgres.ts';
import { endProcesses } from './processes.ts';
import { findRabbitmq, type RunningRabbitmq, startRabbitmq, stopRabbitmq } from './rabbitmq.ts';
import type { Say } from './server.ts';
import { findTemporal, type RunningTemporal, startTemporal, stopTemporal } from './temporal.ts';

/** Addresses of the three servers. */
export type RunningServers = { postgres: RunningPostgres; rabbitmq: RunningRabbitmq; temporal: RunningTemporal };

/** Starts throw-away servers for tests: any free ports, nothing synced to disk. */
export async function startTestServers(stateDir: string, say: Say): Promise<RunningServers> {
  const options = (name: string) => ({ stateDir: path.join(stateDir, name), durable: false, ports: {}, say });
  const [postgres, rabbitmq, temporal] = await Promise.all([
    startPostgres(options('postgres')),
    startRabbitmq(options('rabbitmq')),
    startTemporal(options('temporal')),
  ]);
  return { postgres, rabbitmq, temporal };
}

/** Stops every server whose state is under `stateDir`. `keepData` false: at once, for data that is deleted next. */
export async function stopServers(stateDir: string, { keepData = true } = {}): Promise<void> {
  const folder = (name: string) => path.join(stateDir, name);
  if (!keepData) {
    const found = [
      findPostgres(folder('postgres')),
      findRabbitmq(folder('rabbitmq')),
      findTemporal(folder('temporal')),
    ];
    await endProcesses((await Promise.all(found)).flat(), 'SIGKILL', 2_000);
  }
  await Promise.all([
    stopPostgres(folder('postgres')),
    stopRabbitmq(folder('rabbitmq')),
    stopTemporal(folder('temporal')),
  ]);
}
