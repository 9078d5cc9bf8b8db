// The worker's process with a step that fails in the worst way: it throws what is personal. Which messages fail is in their text: `fails twice`, `fails in
// the database`, `fails always`. Its log is the real one.
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { createActivities } from '../../activities/create-activities.ts';
import { loadGatewayMessage } from '../../activities/inbound/gateway-message.ts';
import { openDatabase } from '../../db/deps.ts';
import { createListener } from '../../db/listener.ts';
import { inTenant } from '../../db/transaction.ts';
import { piiFieldNames } from '../../domain/catalog.ts';
import { createWahaClient } from '../../integrations/waha/client.ts';
import type { MessageEvent } from '../../integrations/waha/gateway-event.ts';
import { startHealthServer } from '../../platform/health-server.ts';
import { runProcess } from '../../platform/lifecycle.ts';
import { connectTemporal, connectWorkerTransport } from '../../platform/temporal.ts';
import { createTemporalLog } from '../../platform/temporal-log.ts';
import { startDispatcher } from '../../workers/intake/dispatcher.ts';
import { createWorker } from '../../workers/temporal/create-worker.ts';
import { createSagaMetrics } from '../../workers/temporal/saga-metrics.ts';

const failed = new Map<string, number>();

/** Throws with everything that is known of the message in it, as careless code or a library might. */
function failFor({ innerId, body = '', sender, media }: MessageEvent): void {
  const times = failed.get(innerId) ?? 0;
  failed.set(innerId, times + 1);
  if (/fails always/.test(body) || (/fails twice/.test(body) && times < 2)) {
    const cause = new TypeError(`Cannot read properties of "${body}" (reading '${sender?.phone}')`);
    throw Object.assign(new Error(`Could not store ${body} of ${sender?.pushName} <${sender?.phone}>`, { cause }), {
      given: body,
      media,
      sender,
    });
  }
  if (/fails in the database/.test(body) && times < 1) {
    throw Object.assign(new Error('duplicate key value violates unique constraint "messages_channel"'), {
      severity: 'ERROR',
      code: '22001',
      detail: `Failing row contains (${body}, ${sender?.phone}).`,
      where: `COPY messages, line 1, column body: "${body}"`,
      table: 'messages',
      query: 'insert into messages (body) values ($1)',
      params: [body],
    });
  }
}

await runProcess(
  'worker',
  async ({ config, log, metrics, readiness, onStop }) => {
    const logging = { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} };
    Runtime.install({ logger: createTemporalLog(log), shutdownSignals: [], telemetryOptions: { logging } });
    const database = openDatabase(config, { name: 'worker' });
    onStop('database', database.close);
    const temporal = await connectTemporal(config);
    onStop('temporal', temporal.close);
    const gateway = createWahaClient({ baseUrl: config.WAHA_URL, apiKey: config.WAHA_API_KEY, timeoutMs: 2_000 });
    const sagas = createSagaMetrics(metrics, log);
    const publicUrl = config.API_PUBLIC_URL;
    const activities = createActivities({
      database,
      gateway,
      lookupLid: async () => undefined,
      refreshTokens: async () => ({ outcome: 'unavailable', reason: 'no_answer' }),
      publicUrl,
      onSaga: sagas.onSaga,
    });
    const connection = await connectWorkerTransport(config);
    onStop('connection', () => connection.close());
    const failing: Partial<typeof activities> = {
      processInboundTogether: async () => null,
      async storeMessage(input, place) {
        const { message } = await inTenant(database.pool, input.tenantId, (tx) =>
          loadGatewayMessage(database, tx, input.rawEventId),
        );
        failFor(message);
        return activities.storeMessage(input, place);
      },
    };
    const worker = await createWorker({ config, connection, activities: { ...activities, ...failing }, log });
    const running = worker.run();
    onStop('worker', async () => {
      worker.shutdown();
      await running;
    });
    const taskQueue = config.TEMPORAL_TASK_QUEUE;
    const dispatcher = startDispatcher({ database, temporal, taskQueue, publicUrl, log });
    onStop('dispatcher', dispatcher.close);
    const url = config.DATABASE_SYSTEM_URL;
    const listener = createListener({ url, name: 'worker', channels: ['raw_events'], onRing: dispatcher.wake });
    onStop('listener', listener.close);
    const { METRICS_HOST: host, METRICS_PORT: port } = config;
    const health = await startHealthServer({ host, port, readiness, metrics, log });
    onStop('health server', health.close);
  },
  { personalFields: piiFieldNames() },
);
