// The servers of a benchmark, its own: a PostgreSQL that syncs to disk as one in production does and tells its log to a logical reader, a broker
// that nobody else fills, and where it is needed a Temporal.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { dataDir } from '../../stack/paths.ts';
import { startPostgres } from '../../stack/postgres.ts';
import { outsidePlace } from '../../stack/postgres-place.ts';
import { startRabbitmq } from '../../stack/rabbitmq.ts';
import type { Say } from '../../stack/server.ts';
import { stopServers } from '../../stack/servers.ts';
import { startTemporal } from '../../stack/temporal.ts';

/** Addresses; `stop` ends what was started and deletes its data. */
export type BenchServers = {
  readonly adminUrl: string;
  readonly amqpUrl: string;
  readonly managementUrl: string;
  readonly stop: () => Promise<void>;
};

const folder = path.join(dataDir, 'bench-servers');

const optionsOf = (name: string, say: Say) => ({ stateDir: path.join(folder, name), durable: true, ports: {}, say });

/** Starts the Temporal server of those parts that need one; gives its address. It ends with the others. */
export async function startBenchTemporal(say: Say): Promise<string> {
  return (await startTemporal(optionsOf('temporal', say))).address;
}

/** Starts them. */
export async function startBenchServers(say: Say): Promise<BenchServers> {
  mkdirSync(folder, { recursive: true });
  const stop = async (): Promise<void> => {
    await stopServers(folder, { keepData: false });
    rmSync(folder, { recursive: true, force: true });
    rmSync(outsidePlace(path.join(folder, 'postgres')), { recursive: true, force: true });
  };
  try {
    const [postgres, rabbitmq] = await Promise.all([
      startPostgres({ ...optionsOf('postgres', say), settings: ['wal_level=logical'] }),
      startRabbitmq(optionsOf('rabbitmq', say)),
    ]);
    return { adminUrl: postgres.adminUrl, amqpUrl: rabbitmq.amqpUrl, managementUrl: rabbitmq.managementUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
