// The three servers together: starts what no address in the environment stands for, side by side, and stops what is ours.
import path from 'node:path';
import { type RunningPostgres, startPostgres, stopPostgres } from './postgres.ts';
import { type RunningRabbitmq, startRabbitmq, stopRabbitmq } from './rabbitmq.ts';
import type { Say } from './server.ts';
import { type RunningTemporal, startTemporal, stopTemporal } from './temporal.ts';

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

/** Stops every server whose state is under `stateDir`. */
export async function stopServers(stateDir: string): Promise<void> {
  await Promise.all([
    stopPostgres(path.join(stateDir, 'postgres')),
    stopRabbitmq(path.join(stateDir, 'rabbitmq')),
    stopTemporal(path.join(stateDir, 'temporal')),
  ]);
}
