// A Temporal worker and the intake dispatcher inside the test's own process, beside an API of the same test.
import { createActivities } from '../../activities/create-activities.ts';
import type { Database } from '../../db/deps.ts';
import { createListener } from '../../db/listener.ts';
import { createWahaClient } from '../../integrations/waha/client.ts';
import type { Config } from '../../platform/config.ts';
import { createLogger } from '../../platform/log.ts';
import { connectTemporal, connectWorkerTransport } from '../../platform/temporal.ts';
import { startDispatcher } from '../../workers/intake/dispatcher.ts';
import { createWorker } from '../../workers/temporal/create-worker.ts';

/** Starts both on the database given; the gateway is never asked for numbers. */
export async function startTestWorker(config: Config, database: Database): Promise<{ stop(): Promise<void> }> {
  const log = createLogger({ name: 'test-worker', level: config.LOG_LEVEL });
  const temporal = await connectTemporal(config);
  const connection = await connectWorkerTransport(config);
  const gateway = createWahaClient({ baseUrl: config.WAHA_URL, apiKey: config.WAHA_API_KEY, timeoutMs: 2_000 });
  const publicUrl = config.API_PUBLIC_URL;
  const lookupLid = async (): Promise<undefined> => undefined;
  const activities = createActivities({
    database,
    gateway,
    lookupLid,
    refreshTokens: async () => ({ outcome: 'unavailable', reason: 'no_answer' }),
    publicUrl,
    onSaga: () => undefined,
  });
  const worker = await createWorker({ config, connection, activities, log });
  const running = worker.run();
  const taskQueue = config.TEMPORAL_TASK_QUEUE;
  const dispatcher = startDispatcher({ database, temporal, taskQueue, publicUrl, log });
  const listener = createListener({
    url: config.DATABASE_SYSTEM_URL,
    name: 'test-worker',
    channels: ['raw_events'],
    onRing: dispatcher.wake,
  });
  return {
    async stop() {
      await listener.close();
      await dispatcher.close();
      worker.shutdown();
      await running;
      await connection.close();
      await temporal.close();
    },
  };
}
