// The Temporal worker's process: runs workflows and activities, and the intake dispatcher beside them. Wiring only.
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { createActivities } from '../activities/create-activities.ts';
import { createProcessOutboxEvents } from '../activities/process-outbox-events.ts';
import { openDatabase } from '../db/deps.ts';
import { createListener, measureListener } from '../db/listener.ts';
import { measureDatabase } from '../db/measure-database.ts';
import { measureOperatorRequests, readOperatorRequests } from '../db/operator-requests.ts';
import { inSystem } from '../db/transaction.ts';
import { piiFieldNames } from '../domain/catalog.ts';
import { createTokenClient } from '../integrations/oauth/token-client.ts';
import { createWahaClient } from '../integrations/waha/client.ts';
import { startHealthServer } from '../platform/health-server.ts';
import { createOutbound } from '../platform/http/outbound.ts';
import { runProcess } from '../platform/lifecycle.ts';
import { currentSaga } from '../platform/saga-context.ts';
import { connectTemporal, connectWorkerTransport } from '../platform/temporal.ts';
import { createTemporalLog } from '../platform/temporal-log.ts';
import { watch } from '../platform/watch.ts';
import { allConsumerRows } from './consumers/rows.ts';
import { startDispatcher } from './intake/dispatcher.ts';
import { createWorker, loads } from './temporal/create-worker.ts';
import { createLidLookup } from './temporal/lid-lookup.ts';
import { measureOpenWork, readOpenWork } from './temporal/open-work.ts';
import { createSagaMetrics } from './temporal/saga-metrics.ts';

/** The saga's fields on every line of the log. */
const context = (): object => {
  const saga = currentSaga();
  return saga ? { correlationId: saga.correlationId, sagaType: saga.sagaType, sagaStep: saga.sagaStep } : {};
};

await runProcess(
  'worker',
  async ({ config, log, metrics, readiness, onStop }) => {
    // The SDK's native half would print past our log, in its own form.
    const logging = { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} };
    Runtime.install({ logger: createTemporalLog(log), shutdownSignals: [], telemetryOptions: { logging } });
    const database = openDatabase(config, {
      name: 'worker',
      onError: (err) => log.warn({ err }, 'an idle database connection was lost'),
    });
    onStop('database', database.close);
    const temporal = await connectTemporal(config);
    onStop('temporal client', temporal.close);
    const gateway = createWahaClient({
      baseUrl: config.WAHA_URL,
      apiKey: config.WAHA_API_KEY,
      timeoutMs: config.WAHA_TIMEOUT_MS,
    });
    const sagas = createSagaMetrics(metrics, log);
    const activities = createActivities({
      database,
      gateway,
      lookupLid: createLidLookup(gateway),
      refreshTokens: createTokenClient(
        createOutbound({ allowInside: config.NODE_ENV === 'development', timeoutMs: 30_000 }),
      ),
      publicUrl: config.API_PUBLIC_URL,
      onSaga: sagas.onSaga,
      approval: {
        above: config.BROADCAST_APPROVAL_ABOVE,
        withinMs: config.BROADCAST_APPROVAL_HOURS * 60 * 60 * 1_000,
      },
    });

    const connection = await connectWorkerTransport(config);
    onStop('worker connection', () => connection.close());
    const allActivities = {
      ...activities,
      ...createProcessOutboxEvents({
        databaseUrl: config.DATABASE_SYSTEM_URL,
        amqpUrl: config.AMQP_URL,
        prefix: config.AMQP_PREFIX,
        exchange: config.AMQP_EXCHANGE,
        rows: allConsumerRows,
        log,
      }),
    };
    const workers = await Promise.all(
      loads.map((load) => createWorker({ config, connection, activities: allActivities, log, load })),
    );
    let failure: unknown;
    const running = workers.map((worker) =>
      worker.run().catch((error: unknown) => {
        failure = error;
        log.error({ err: error }, 'the worker ended');
        // The SDK's worker can't be started again: the process is.
        process.kill(process.pid, 'SIGTERM');
      }),
    );
    onStop('worker', async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(running);
    });

    const dispatcher = startDispatcher({
      database,
      temporal,
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      publicUrl: config.API_PUBLIC_URL,
      log,
      onSettled: sagas.onGatewayEvent,
    });
    onStop('intake dispatcher', dispatcher.close);
    const listener = createListener({
      url: config.DATABASE_SYSTEM_URL,
      name: 'worker',
      channels: ['raw_events'],
      onRing: dispatcher.wake,
      onLost: (reason) => log.warn({ reason }, 'the bell was lost; polling goes on'),
      onBack: () => log.info('the bell is heard again'),
    });
    onStop('listener', listener.close);
    measureListener(metrics, listener);
    measureDatabase(metrics);
    const openWork = watch(() => readOpenWork(database.systemPool));
    onStop('open work', openWork.stop);
    measureOpenWork(metrics, openWork.current);
    const requests = watch(() => readOperatorRequests(database.systemPool));
    onStop("operators' requests", requests.stop);
    measureOperatorRequests(metrics, requests.current);

    readiness.add('database', async () => void (await inSystem(database.systemPool, (tx) => tx.query('select 1'))));
    readiness.add('temporal', temporal.ping);
    readiness.add('worker', async () => {
      const stopped = workers.find((worker) => worker.getState() !== 'RUNNING');
      if (failure !== undefined || stopped)
        throw new Error(`The worker is ${stopped?.getState().toLowerCase() ?? 'failed'}.`);
    });
    const health = await startHealthServer({
      host: config.METRICS_HOST,
      port: config.METRICS_PORT,
      readiness,
      metrics,
      log,
    });
    onStop('health server', health.close);
  },
  { personalFields: piiFieldNames(), context },
);
