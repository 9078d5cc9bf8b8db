// What the API's handlers need of the process, and what a request knows of itself.
import type { HttpBindings } from '@hono/node-server';
import type { PayloadCodec } from '@temporalio/common';
import type { Database } from '../db/deps.ts';
import type { WahaClient } from '../integrations/waha/client.ts';
import type { Config } from '../platform/config.ts';
import type { Logger } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Readiness } from '../platform/readiness.ts';
import type { TemporalClient } from '../platform/temporal.ts';
import type { ApiMetrics } from './api-metrics.ts';
import type { Caller } from './caller.ts';
import type { ChannelSecrets } from './channel-secrets.ts';
import type { KnownKeys } from './known-keys.ts';
import type { Deadline } from './middleware/answer-in-time.ts';
import type { Passwords } from './passwords.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { SagaStarts } from './saga-starts.ts';
import type { TimelineBell } from './timeline-bell.ts';

/** One process's parts. */
export type ApiDeps = {
  readonly config: Config;
  readonly database: Database;
  readonly temporal: TemporalClient;
  readonly codec: PayloadCodec;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly measures: ApiMetrics;
  readonly readiness: Readiness;
  readonly knownKeys: KnownKeys;
  readonly rateLimiter: RateLimiter;
  /** Of addresses from which somebody signs in. */
  readonly signInLimiter: RateLimiter;
  readonly passwords: Passwords;
  readonly channelSecrets: ChannelSecrets;
  readonly sagaStarts: SagaStarts;
  readonly timelineBell: TimelineBell;
  /** For what a person does at the gateway and waits for: pairing. All else at the gateway is done by sagas. */
  readonly gateway: Pick<WahaClient, 'requestPairingCode' | 'submitPasskey' | 'confirmPasskey'>;
  /** Aborts when the process stops: open streams end. */
  readonly stopping: AbortSignal;
};

/** What middleware leaves for handlers. `caller` is there on every route that needs a key. */
export type ApiEnv = {
  Bindings: HttpBindings;
  Variables: { deps: ApiDeps; requestId: string; caller: Caller; rawBody: Buffer; deadline: Deadline | undefined };
};
