// A database and a broker of a test's own with consumers on them: started as often as wanted, in this process, each like a process of its own.
import { createPool, type Pool } from '../../db/pool.ts';
import { createLogger } from '../../platform/log.ts';
import { queuesOf } from '../../workers/amqp/topology.ts';
import type { Consumer, ConsumerRow } from '../../workers/consumers/consumer.ts';
import { type ConsumersSettings, type RunningConsumers, runConsumers } from '../../workers/consumers/run-consumers.ts';
import { createSender } from './deliver.ts';
import { createEffectsTable } from './events.ts';
import { eventually } from './eventually.ts';
import { type TestStack, testStack } from './stack.ts';

/** A dead letter, as its headers tell. */
export type Letter = { eventId: string; reason: string; attempts: number };

/** The world. Tenants `t` and `u` are there, and the table of `effectConsumer`. */
export type ConsumerWorld = {
  readonly stack: TestStack;
  readonly pool: Pool;
  readonly systemPool: Pool;
  readonly sender: Awaited<ReturnType<typeof createSender>>;
  /** Starts without waiting. */
  readonly launch: (consumers: readonly Consumer[], settings?: Partial<ConsumersSettings>) => RunningConsumers;
  /** Starts, and waits until all get messages or are paused. */
  readonly start: (consumers: readonly Consumer[], settings?: Partial<ConsumersSettings>) => Promise<RunningConsumers>;
  readonly stop: (consumers: RunningConsumers, drainMs?: number) => Promise<void>;
  /** Stops all that still run: after each test. */
  readonly stopAll: () => Promise<void>;
  readonly count: (from: string, values: unknown[]) => Promise<number>;
  /** Empties a consumer's dead-letter queue. */
  readonly deadLetters: (row: ConsumerRow) => Promise<Letter[]>;
  readonly close: () => Promise<void>;
};

/** Makes the world; `name` as for testStack. */
export async function consumerWorld(name: string): Promise<ConsumerWorld> {
  const stack = await testStack(name);
  const pool = createPool({ url: stack.databaseUrl, size: 12, name });
  const systemPool = createPool({ url: stack.systemUrl, size: 3, name: `${name}-system` });
  await systemPool.query("insert into tenants (tenant_id, name) values ('t', 'T'), ('u', 'U')");
  await createEffectsTable(stack.adminUrl);
  const sender = await createSender(stack.config);
  const log = createLogger({ name, level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
  const running = new Set<RunningConsumers>();

  const launch: ConsumerWorld['launch'] = (consumers, settings = {}) => {
    const started = runConsumers({
      pool,
      systemPool,
      amqpUrl: stack.amqpUrl,
      prefix: stack.amqpPrefix,
      exchange: stack.config.AMQP_EXCHANGE,
      consumers,
      name: `${name}-${stack.amqpPrefix}`,
      log,
      retryBaseMs: 10,
      sweepEveryMs: 100,
      ...settings,
    });
    running.add(started);
    return started;
  };
  const stop: ConsumerWorld['stop'] = async (consumers, drainMs) => {
    running.delete(consumers);
    await consumers.stop(drainMs);
  };
  const stopAll = async (): Promise<void> => {
    await Promise.all([...running].map((consumers) => stop(consumers)));
  };
  return {
    stack,
    pool,
    systemPool,
    sender,
    launch,
    start: async (consumers, settings) => {
      const started = launch(consumers, settings);
      await eventually(() => started.problems().length === 0);
      return started;
    },
    stop,
    stopAll,
    count: async (from, values) => {
      const { rows } = await systemPool.query<{ count: number }>(`select count(*) as count from ${from}`, values);
      return rows[0]?.count ?? -1;
    },
    deadLetters: async (row) => {
      const letters: Letter[] = [];
      for (;;) {
        const message = await sender.channel.get(queuesOf(stack.amqpPrefix, row).deadQueue, { noAck: true });
        if (message === false) return letters;
        const headers = message.properties.headers ?? {};
        letters.push({
          eventId: String(message.properties.messageId),
          reason: String(headers['x-dead-reason']),
          attempts: Number(headers['x-dead-attempts']),
        });
      }
    },
    close: async () => {
      await stopAll();
      await sender.close();
      await Promise.all([pool.end(), systemPool.end()]);
      await stack.close();
    },
  };
}
