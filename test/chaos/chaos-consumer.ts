// A consumer process for chaos runs: the product's runtime with consumers that write their effects down. SIGUSR2: dies right after its next commit,
// before the message is acked. Variables: CHAOS_CONSUMERS (names), CHAOS_PREFETCH.
import { createBell } from '../../db/bell.ts';
import { measureDatabase } from '../../db/measure-database.ts';
import { createPool } from '../../db/pool.ts';
import { addToTimeline } from '../../db/projections/contact-timeline.ts';
import { startHealthServer } from '../../platform/health-server.ts';
import { runProcess } from '../../platform/lifecycle.ts';
import type { Consumer, Handle } from '../../workers/consumers/consumer.ts';
import { createConsumerMetrics } from '../../workers/consumers/consumer-metrics.ts';
import { defaultSlowLaneSize, runConsumers } from '../../workers/consumers/run-consumers.ts';
import { type ChaosConsumerName, chaosRows, recordEffect } from './chaos-rows.ts';
import { poisoned } from './poison.ts';

await runProcess('chaos-consumer', async ({ config, log, metrics, readiness, onStop }) => {
  const names = (process.env['CHAOS_CONSUMERS'] ?? 'chaos_ordered,chaos_unordered').split(',') as ChaosConsumerName[];
  const onIdleError = (error: Error): void => log.warn({ err: error }, 'an idle connection was lost');
  const size = names.reduce((sum, name) => sum + chaosRows[name].concurrency, defaultSlowLaneSize + 2);
  const pool = createPool({ url: config.DATABASE_URL, size, name: 'consumer', onIdleError });
  const systemPool = createPool({ url: config.DATABASE_SYSTEM_URL, size: 2, name: 'consumer-system', onIdleError });
  measureDatabase(metrics);
  const bell = createBell(systemPool, 'contact_timeline');
  for (const [name, one] of Object.entries({ pool, systemPool })) onStop(name, () => one.end());

  let isDoomed = false;
  process.on('SIGUSR2', () => {
    isDoomed = true;
  });
  /** The very moment between effect and ack. */
  const mayDie = (handle: Handle): Handle => {
    return async (event, tx, signal) => {
      await handle(event, tx, signal);
      tx.onCommit(() => {
        if (isDoomed) process.kill(process.pid, 'SIGKILL');
      });
    };
  };
  const handlers: Partial<Record<ChaosConsumerName, Handle>> = {
    contact_event_consumer: async (event, tx) => {
      if (await addToTimeline(event, tx)) tx.onCommit(() => bell.ring());
    },
  };
  const consumers = names.map((name): Consumer => {
    const prefetch = Number(process.env['CHAOS_PREFETCH'] ?? chaosRows[name].prefetch);
    return { ...chaosRows[name], prefetch, handle: mayDie(handlers[name] ?? poisoned(recordEffect(name))) };
  });
  const running = runConsumers({
    pool,
    systemPool,
    amqpUrl: config.AMQP_URL,
    prefix: config.AMQP_PREFIX,
    exchange: config.AMQP_EXCHANGE,
    consumers,
    name: `chaos-consumer-${process.pid}`,
    log,
    observer: createConsumerMetrics(metrics),
    ...(process.env['CHAOS_HANDLER_TIMEOUT_MS'] && {
      handlerTimeoutMs: Number(process.env['CHAOS_HANDLER_TIMEOUT_MS']),
    }),
  });
  onStop('consumers', () => running.stop());
  readiness.add('broker', async () => {
    const problems = running.problems();
    if (problems.length > 0) throw new Error(problems.join('; '));
  });
  const { METRICS_HOST: host, METRICS_PORT: port } = config;
  const health = await startHealthServer({ host, port, readiness, metrics, log });
  onStop('health server', health.close);
});
