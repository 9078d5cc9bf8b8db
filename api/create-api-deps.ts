// Puts the API's parts together over an open database. Temporal is connected lazily: the API starts and takes webhooks without it.
import type { Database } from '../db/deps.ts';
import { measureListener } from '../db/listener.ts';
import { measureDatabase } from '../db/measure-database.ts';
import { noteHandedOver } from '../intake/raw-events.ts';
import { createWahaClient } from '../integrations/waha/client.ts';
import type { ProcessContext } from '../platform/lifecycle.ts';
import { connectTemporal, payloadCodec } from '../platform/temporal.ts';
import type { ApiDeps } from './api-deps.ts';
import { createApiMetrics } from './api-metrics.ts';
import { createChannelSecrets } from './channel-secrets.ts';
import { createKnownKeys } from './known-keys.ts';
import { createPasswords } from './passwords.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createSagaStarts } from './saga-starts.ts';
import { createTimelineBell } from './timeline-bell.ts';

/** What it is given: the process's own parts, its database, and the signal by which it says that it stops. */
export type ApiParts = Omit<ProcessContext, 'onStop'> & { readonly database: Database; readonly stopping: AbortSignal };

/** Below the time in which every request is answered. */
const gatewayMs = 6_000;

/** Makes the parts. Close `temporal` and `timelineBell` and drain `sagaStarts` when done. */
export async function createApiDeps({
  config,
  database,
  log,
  metrics,
  readiness,
  stopping,
}: ApiParts): Promise<ApiDeps> {
  const temporal = await connectTemporal(config, { lazy: true });
  const measures = createApiMetrics(metrics);
  measureDatabase(metrics);
  const { rawEventsBell } = database;
  const timelineBell = createTimelineBell(config.DATABASE_SYSTEM_URL, 'api');
  measureListener(metrics, timelineBell);
  return {
    config,
    database,
    temporal,
    codec: payloadCodec(config),
    log,
    metrics,
    measures,
    readiness,
    knownKeys: createKnownKeys(database.systemPool),
    rateLimiter: createRateLimiter(config.API_RATE_LIMIT_PER_MINUTE),
    signInLimiter: createRateLimiter(config.SIGN_IN_RATE_LIMIT_PER_MINUTE),
    passwords: createPasswords(),
    channelSecrets: createChannelSecrets(database),
    sagaStarts: createSagaStarts({
      temporal,
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      rawEventsBell,
      onStarted: (ids) => noteHandedOver(database.systemPool, ids),
      measures,
      log,
    }),
    timelineBell,
    gateway: createWahaClient({
      baseUrl: config.WAHA_URL,
      apiKey: config.WAHA_API_KEY,
      timeoutMs: Math.min(config.WAHA_TIMEOUT_MS, gatewayMs),
    }),
    stopping,
  };
}
