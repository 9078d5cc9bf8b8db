// The consumers' runtime as its process has it, with one consumer whose effect is one row; it tells when the first and the last event took effect.
import { createPool } from '../../../db/pool.ts';
import { createLogger } from '../../../platform/log.ts';
import type { Batch, Consumer, ConsumerRow, HandleAll } from '../../../workers/consumers/consumer.ts';
import { runConsumers } from '../../../workers/consumers/run-consumers.ts';
import type { StartContender } from './contender.ts';
import { exchangeName } from './queue.ts';

/** What the process tells. Times are of the machine's clock, ms. */
export type ConsumersStatus = {
  readonly effects: number;
  readonly duplicates: number;
  readonly startedAt: number;
  readonly lastAt: number;
};

const [anyOrder, inOrder] = [{ types: ['message.#'] }, { aggregates: ['message'] }] as const;
const batch: Batch = { max: 100, waitMs: 0 };

/** The ways of taking events: in any order or each aggregate's in its sequence; one transaction an event, or one for many. */
export const consumerRows = {
  unordered: row('bench_unordered', anyOrder),
  ordered: row('bench_ordered', inOrder),
  unorderedBatch: { ...row('bench_unordered_batch', anyOrder), batch },
  orderedBatch: { ...row('bench_ordered_batch', inOrder), batch },
} as const satisfies Record<string, ConsumerRow>;

function row(name: string, on: ConsumerRow['on']): ConsumerRow {
  return { name, on, prefetch: 500, concurrency: 8, maxAttempts: 3, queueVersion: 1 };
}

const log = createLogger({ name: 'bench-consumers', level: 'warn' });

/** `name` says which of them. */
export const startConsumers: StartContender = async ({ url, userUrl, amqpUrl, prefix, name }) => {
  const pool = createPool({ url: userUrl, size: 12, name: 'bench-consumer' });
  const systemPool = createPool({ url, size: 3, name: 'bench-consumer-system' });
  const status = { effects: 0, duplicates: 0, startedAt: 0, lastAt: 0 };
  const handleAll: HandleAll = async (events, tx) => {
    await tx.query(
      'insert into bench_effects (event_id, aggregate_id, sequence) select * from unnest($1::uuid[], $2::uuid[], $3::bigint[])',
      [
        events.map(({ id }) => id),
        events.map(({ aggregateId }) => aggregateId),
        events.map(({ sequence }) => sequence),
      ],
    );
  };
  const consumer: Consumer = {
    ...consumerRows[name as keyof typeof consumerRows],
    handle: (event, tx, signal) => handleAll([event], tx, signal),
    handleAll,
  };
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
      await Promise.all([pool.end(), systemPool.end()]);
    },
  };
};
