// The consumers' runtime as its process has it, with one consumer; it tells when the first and the last event took effect.
import { randomBytes } from 'node:crypto';
import { createBell } from '../../../db/bell.ts';
import { openDatabase } from '../../../db/deps.ts';
import { createPool, type Pool } from '../../../db/pool.ts';
import { loadConfig } from '../../../platform/config.ts';
import { createLogger } from '../../../platform/log.ts';
import { connectTemporal } from '../../../platform/temporal.ts';
import type { Consumer, HandleAll } from '../../../workers/consumers/consumer.ts';
import { createConsumers } from '../../../workers/consumers/index.ts';
import { runConsumers } from '../../../workers/consumers/run-consumers.ts';
import { type ConsumerWay, consumerWays } from './consumer-ways.ts';
import type { ContenderSettings, StartContender } from './contender.ts';
import { exchangeName } from './queue.ts';

/** What the process tells. Times are of the machine's clock, ms. */
export type ConsumersStatus = {
  readonly effects: number;
  readonly duplicates: number;
  readonly startedAt: number;
  readonly lastAt: number;
};

const log = createLogger({ name: 'bench-consumers', level: 'warn' });

/** `name` says which of the ways. */
export const startConsumers: StartContender = async (settings) => {
  const { url, userUrl, amqpUrl, prefix, name } = settings;
  const pool = createPool({ url: userUrl, size: 30, name: 'bench-consumer' });
  const systemPool = createPool({ url, size: 3, name: 'bench-consumer-system' });
  const status = { effects: 0, duplicates: 0, startedAt: 0, lastAt: 0 };
  const { consumer, close } = await consumerOf(consumerWays[name as keyof typeof consumerWays], settings, systemPool);
  const running = runConsumers({
    pool,
    systemPool,
    amqpUrl,
    prefix,
    exchange: exchangeName,
    consumers: [consumer],
    name: `bench-${name}`,
    log,
    observer: {
      effect: (_, effect) => {
        status.lastAt = Date.now();
        if (status.startedAt === 0) status.startedAt = status.lastAt;
        if (effect === 'duplicate') status.duplicates += 1;
        else if (effect === 'done') status.effects += 1;
      },
    },
  });
  return {
    status: () => ({ ...status }),
    stop: async () => {
      await running.stop();
      await close();
      await Promise.all([pool.end(), systemPool.end()]);
    },
  };
};

/** The product's own, with all it has in its process, or one whose effect is one row. */
async function consumerOf(
  { row }: ConsumerWay,
  { temporalAddress }: ContenderSettings,
  systemPool: Pool,
): Promise<{ readonly consumer: Consumer; readonly close: () => Promise<void> }> {
  const key = randomBytes(32).toString('base64');
  const address = temporalAddress && { TEMPORAL_ADDRESS: temporalAddress };
  const config = loadConfig({ MASTER_KEY: key, TEMPORAL_CODEC_KEY: key, ...address });
  const temporal = await connectTemporal(config, { lazy: true });
  const database = openDatabase(config, { name: 'bench-commands' });
  const timelineBell = createBell(systemPool, 'contact_timeline');
  const ofProduct = createConsumers({ temporal, taskQueue: config.TEMPORAL_TASK_QUEUE, timelineBell, database });
  const close = async (): Promise<void> => {
    await Promise.all([temporal.close(), database.close()]);
  };
  const found = ofProduct.find(({ name }) => name === row.name);
  const handle: Consumer['handle'] = (event, tx, signal) => writeRows([event], tx, signal);
  return { consumer: found ?? { ...row, handle, handleAll: writeRows }, close };
}

const writeRows: HandleAll = async (events, tx) => {
  await tx.query(
    'insert into bench_effects (event_id, aggregate_id, sequence) select * from unnest($1::uuid[], $2::uuid[], $3::bigint[])',
    [events.map(({ id }) => id), events.map(({ aggregateId }) => aggregateId), events.map(({ sequence }) => sequence)],
  );
};
