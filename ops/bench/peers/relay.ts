// Our relay as it runs in its process, with what that process has: the real tables, roles and row-level security.
import { createLogger } from '../../../platform/log.ts';
import { runRelay } from '../../../workers/relay/run-relay.ts';
import type { StartContender } from '../run/contender.ts';
import { exchangeName } from '../run/queue.ts';

const log = createLogger({ name: 'bench-relay', level: 'warn' });

/** Its consumers' queues are the benchmark's own, so its table of consumers is empty. */
export const startRelay: StartContender = async ({ url, amqpUrl, prefix, name, relay }) => {
  const running = runRelay({
    databaseUrl: url,
    amqpUrl,
    prefix,
    exchange: exchangeName,
    rows: [],
    name,
    log,
    ...(relay && { options: relay }),
  });
  return { stop: running.stop, status: running.health };
};
