// The consumer process: wiring only. Read models and workflow starts from the events at the broker; several of them share the queues.
import { hostname } from 'node:os';
import { createBell } from '../db/bell.ts';
import { consumerControlsChannel } from '../db/consumer-controls.ts';
import { consumerOverviews } from '../db/consumer-overview.ts';
import { openDatabase } from '../db/deps.ts';
import { createListener, measureListener } from '../db/listener.ts';
import { measureDatabase } from '../db/measure-database.ts';
import { createPool } from '../db/pool.ts';
import { inSystem } from '../db/transaction.ts';
import { piiFieldNames } from '../domain/catalog.ts';
import { startHealthServer } from '../platform/health-server.ts';
import { runProcess } from '../platform/lifecycle.ts';
import { connectTemporal } from '../platform/temporal.ts';
import { watch } from '../platform/watch.ts';
import { operatedConsumers } from './consumer-operations/operated-consumers.ts';
import { rebuildsAtOnce, runOperations } from './consumer-operations/run-operations.ts';
import { createConsumerMetrics } from './consumers/consumer-metrics.ts';
import { createConsumers } from './consumers/index.ts';
import { measureConsumers } from './consumers/measure-consumers.ts';
import { measureProjections } from './consumers/measure-projections.ts';
import { allConsumerRows } from './consumers/rows.ts';
import { defaultSlowLaneSize, runConsumers } from './consumers/run-consumers.ts';

await runProcess(
  'consumer',
  async ({ config, log, metrics, readiness, onStop }) => {
    const onIdleError = (error: Error): void => log.warn({ err: error }, 'an idle connection was lost');
    // Each running attempt has a connection of its own, those that hang too; and each rebuild.
    const size = allConsumerRows.reduce(
      (sum, { concurrency }) => sum + concurrency,
      defaultSlowLaneSize + 2 + rebuildsAtOnce,
    );
    const pool = createPool({ url: config.DATABASE_URL, size, name: 'consumer', onIdleError });
    const systemPool = createPool({ url: config.DATABASE_SYSTEM_URL, size: 2, name: 'consumer-system', onIdleError });
    const bellPool = createPool({ url: config.DATABASE_SYSTEM_URL, size: 1, name: 'consumer-bell', onIdleError });
    const operationsUrl = { url: config.DATABASE_SYSTEM_URL, size: 4, name: 'consumer-operations', onIdleError };
    const operationsPool = createPool(operationsUrl);
    for (const [name, one] of Object.entries({ pool, systemPool, bellPool, operationsPool }))
      onStop(name, () => one.end());
    // Its keys, clock and bell; the pools above are the consumers'.
    const database = openDatabase(config, { name: 'consumer-commands', onError: onIdleError });
    onStop('database', database.close);
    const temporal = await connectTemporal(config, { lazy: true });
    onStop('temporal', temporal.close);

    const observer = createConsumerMetrics(metrics);
    const running = runConsumers({
      pool,
      systemPool,
      amqpUrl: config.AMQP_URL,
      prefix: config.AMQP_PREFIX,
      exchange: config.AMQP_EXCHANGE,
      consumers: createConsumers({
        temporal,
        taskQueue: config.TEMPORAL_TASK_QUEUE,
        database,
        timelineBell: createBell(bellPool, 'contact_timeline'),
      }),
      name: `consumer-${hostname()}-${process.pid}`,
      log,
      observer: {
        ...observer,
        failedAttempt: (consumer, delivery, reason, attempts) => {
          observer.failedAttempt?.(consumer, delivery, reason, attempts);
          log.warn(
            { consumer, eventId: delivery.event.id, type: delivery.event.type, reason, attempts },
            'an attempt failed',
          );
        },
        waiting: (consumer, delivery, reason) => {
          observer.waiting?.(consumer, delivery, reason);
          log.info(
            { consumer, eventId: delivery.event.id, type: delivery.event.type, reason },
            'an attempt is put off',
          );
        },
        dead: (consumer, delivery, reason) => {
          observer.dead?.(consumer, delivery, reason);
          log.error(
            { consumer, eventId: delivery?.event.id, type: delivery?.event.type, reason },
            'an event went to the dead letters',
          );
        },
      },
    });
    onStop('consumers', () => running.stop());
    const listener = createListener({
      url: config.DATABASE_SYSTEM_URL,
      name: 'consumer',
      channels: [consumerControlsChannel],
      onRing: running.lookAtPauses,
      onLost: (reason) => log.warn({ reason }, 'the bell was lost; polling goes on'),
      onBack: () => log.info('the bell is heard again'),
    });
    onStop('listener', listener.close);
    const operations = runOperations({
      pool,
      systemPool: operationsPool,
      systemUrl: config.DATABASE_SYSTEM_URL,
      amqpUrl: config.AMQP_URL,
      amqpManagementUrl: config.AMQP_MANAGEMENT_URL,
      name: `consumer-${hostname()}-${process.pid}`,
      consumers: operatedConsumers(config.AMQP_PREFIX),
      log,
    });
    onStop('consumer operations', () => operations.stop());
    const overviews = watch(() => inSystem(operationsPool, (tx) => consumerOverviews(tx, new Date())));
    onStop('consumer figures', overviews.stop);
    measureConsumers(metrics, overviews.current);
    measureProjections(metrics, overviews.current);
    measureListener(metrics, listener);
    measureDatabase(metrics);
    readiness.add('database', async () => {
      await pool.query('select 1');
    });
    readiness.add('broker', async () => {
      const problems = running.problems();
      if (problems.length > 0) throw new Error(problems.join('; '));
    });
    readiness.add('temporal', temporal.ping);
    const health = await startHealthServer({
      host: config.METRICS_HOST,
      port: config.METRICS_PORT,
      readiness,
      metrics,
      log,
      state: () => ({
        paused: running.paused(),
        problems: running.problems(),
        bell: listener.hears() ? 'heard' : 'deaf: pauses are looked for every few seconds instead',
      }),
    });
    onStop('health server', health.close);
  },
  { personalFields: piiFieldNames() },
);
