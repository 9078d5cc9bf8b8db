// PostgreSQL, RabbitMQ and, when asked, Temporal of one's own, in a run folder of their own, to be stopped, killed and started again. Each is found by
// its data folder, so that nobody else's server is ever hit.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findPostgres, startPostgres } from '../../ops/stack/postgres.ts';
import { prepareTemporal } from '../../ops/stack/prepare-temporal.ts';
import { endProcesses } from '../../ops/stack/processes.ts';
import { findRabbitmq, rabbitmqctl, startRabbitmq, stopRabbitmq } from '../../ops/stack/rabbitmq.ts';
import type { Say } from '../../ops/stack/server.ts';
import { startTemporal } from '../../ops/stack/temporal.ts';
import { temporalBinary } from '../../ops/stack/temporal-binary.ts';
import { createRunFolder, removeRunFolder } from '../../ops/testing/own-stack.ts';
import type { TestServers } from './stack.ts';

/** How a database server ends: asked to, told to drop everything, or without a word. */
export type PostgresEnd = 'fast' | 'immediate' | 'kill';

/** The servers. `start…` answers when the server answers in its own protocol. */
export type FaultServers = {
  readonly addresses: TestServers;
  readonly postgresPort: number;
  readonly amqpPort: number;
  readonly stopPostgres: (how: PostgresEnd) => Promise<void>;
  readonly startPostgres: () => Promise<void>;
  /** Errors of one database by SQLSTATE, counted in the server's own log over all its lives. */
  readonly databaseErrors: (database: string) => ReadonlyMap<string, number>;
  /** SIGTERM, or SIGKILL. */
  readonly stopBroker: (how: 'stop' | 'kill') => Promise<void>;
  readonly startBroker: () => Promise<void>;
  /** `stop_app`, `set_vm_memory_high_watermark 0.00001`… */
  readonly brokerctl: (...args: string[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

const signals = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

/** Time, process, database, SQLSTATE: what comes after is the message, for the error and again for its statement. */
const logPrefix = '%m [%p] db=%d state=%e ';
const logLine = /^\S+ \S+ \S+ \[\d+\] db=(\S*) state=(\w{5}) (?:ERROR|FATAL):/gm;

/** Starts them; durable, as in production. Without Temporal its address is one that nobody answers at. */
export async function startFaultServers({
  say = () => undefined,
  temporal = false,
}: {
  say?: Say;
  temporal?: boolean;
} = {}): Promise<FaultServers> {
  const folder = await createRunFolder();
  const options = (name: string) => ({ stateDir: path.join(folder, name), durable: true, ports: {}, say });
  const database = { ...options('postgres'), settings: [`log_line_prefix=${logPrefix}`] };
  const broker = options('rabbitmq');
  try {
    const [postgres, rabbitmq, workflows] = await Promise.all([
      startPostgres(database),
      startRabbitmq(broker),
      temporal ? startOwnTemporal(options('temporal')) : undefined,
    ]);
    return {
      addresses: {
        TEST_DATABASE_ADMIN_URL: postgres.adminUrl,
        TEST_AMQP_URL: rabbitmq.amqpUrl,
        TEST_AMQP_MANAGEMENT_URL: rabbitmq.managementUrl,
        // Port 9 is never ours and answers nothing on a sane machine.
        TEST_TEMPORAL_ADDRESS: workflows?.address ?? '127.0.0.1:9',
        TEST_TEMPORAL_UI_URL: workflows?.uiUrl ?? 'http://127.0.0.1:9',
        TEST_TEMPORAL_CLI: workflows?.cli,
      },
      postgresPort: postgres.port,
      amqpPort: Number(new URL(rabbitmq.amqpUrl).port),
      stopPostgres: async (how) => {
        await endProcesses(await findPostgres(database.stateDir), signals[how], 15_000);
      },
      startPostgres: async () => void (await startPostgres(database)),
      databaseErrors: (name) => {
        const lines = readFileSync(path.join(database.stateDir, 'postgres.log'), 'utf8').matchAll(logLine);
        const counts = new Map<string, number>();
        for (const [, where, state = ''] of lines) if (where === name) counts.set(state, (counts.get(state) ?? 0) + 1);
        return counts;
      },
      stopBroker: (how) =>
        how === 'stop'
          ? stopRabbitmq(broker.stateDir)
          : findRabbitmq(broker.stateDir).then(async (pids) => void (await endProcesses(pids, 'SIGKILL', 0))),
      startBroker: async () => void (await startRabbitmq(broker)),
      brokerctl: (...args) => rabbitmqctl(broker.stateDir, args, say),
      close: () => removeRunFolder(folder),
    };
  } catch (error) {
    await removeRunFolder(folder);
    throw error;
  }
}

async function startOwnTemporal(options: Parameters<typeof startTemporal>[0]) {
  const running = await startTemporal(options);
  await prepareTemporal(running.address);
  return { ...running, cli: await temporalBinary(options.say) };
}
