// One of the product's consumers with its operators' side, as the consumer process has them: for rebuilds.
import { createPool } from '../../../db/pool.ts';
import { createLogger } from '../../../platform/log.ts';
import { operatedConsumers } from '../../../workers/consumer-operations/operated-consumers.ts';
import { runOperations } from '../../../workers/consumer-operations/run-operations.ts';
import { consumerWays } from './consumer-ways.ts';
import { startConsumers } from './consumers.ts';
import type { StartContender } from './contender.ts';

const log = createLogger({ name: 'bench-operated', level: 'warn' });

/** `name` says which of the ways. */
export const startOperated: StartContender = async (settings) => {
  const { url, userUrl, amqpUrl, prefix, name } = settings;
  const consumer = await startConsumers(settings);
  const pool = createPool({ url: userUrl, size: 4, name: 'bench-operations-user' });
  const systemPool = createPool({ url, size: 4, name: 'bench-operations' });
  const own = consumerWays[name as keyof typeof consumerWays].row.name;
  const operations = runOperations({
    pool,
    systemPool,
    systemUrl: url,
    amqpUrl,
    name: `bench-${name}`,
    consumers: operatedConsumers(prefix).filter((one) => one.name === own),
    log,
  });
  return {
    stop: async () => {
      await operations.stop();
      await consumer.stop();
      await Promise.all([pool.end(), systemPool.end()]);
    },
  };
};
