// The only reader of process.env: parses it once, says which variable is wrong and what to set. Addresses default to the local stack.
import { z } from 'zod';

const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
const port = z.coerce.number('must be a port number').int().min(0).max(65_535);
const positive = z.coerce.number('must be a number').int().positive();
const isKey = (value: string) => Buffer.from(value, 'base64').length === 32;
const key = z
  .string('is required: 32 bytes in base64, for example from `openssl rand -base64 32`')
  .refine(isKey, 'must be 32 bytes in base64, for example from `openssl rand -base64 32`');
const keys = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .refine((parts) => parts.every(isKey), 'must be keys of 32 bytes in base64, separated by commas');

/** The topic exchange of events, unless AMQP_EXCHANGE says otherwise. */
export const defaultExchange = 'domain.events';

const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),

  /** Connection of the application role `app_user`: row-level security applies to it. */
  DATABASE_URL: z.string().url().default('postgres://app_user:app_user@127.0.0.1:5432/messaging'),
  /** Connection of `app_system`, the role of relay, intake dispatcher and consumers: own policies, no BYPASSRLS. */
  DATABASE_SYSTEM_URL: z.string().url().default('postgres://app_system:app_system@127.0.0.1:5432/messaging'),
  /** Connection of the owner of the schema; only the migration runner uses it. */
  DATABASE_MIGRATION_URL: z.string().url().optional(),
  DATABASE_POOL_SIZE: positive.default(10),

  /** How many days an event stays in the outbox, which is the log, at least; whole months are dropped. */
  OUTBOX_RETENTION_DAYS: positive.default(400),
  /** Folder to which a month of the outbox is copied before it is dropped; `none`: dropped without a copy. Unset: kept, and said so. */
  OUTBOX_ARCHIVE_FOLDER: z.string().optional(),
  /** After how many events of an event-sourced aggregate a snapshot is taken, from which it is replayed. */
  SNAPSHOT_EVERY_EVENTS: positive.default(50),

  AMQP_URL: z.string().url().default('amqp://app:app@127.0.0.1:5672'),
  /** With user and password. Only the consumers' unacked messages are asked there; without it they are not known. */
  AMQP_MANAGEMENT_URL: z.string().url().optional(),
  AMQP_EXCHANGE: z.string().default(defaultExchange),
  /** Prefix of every queue and exchange name; tests use it to keep apart. */
  AMQP_PREFIX: z.string().default(''),

  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_TLS: flag.default(false),
  TEMPORAL_TLS_CERT_FILE: z.string().optional(),
  TEMPORAL_TLS_KEY_FILE: z.string().optional(),
  TEMPORAL_TLS_CA_FILE: z.string().optional(),
  TEMPORAL_TLS_SERVER_NAME: z.string().optional(),
  TEMPORAL_API_KEY: z.string().optional(),
  TEMPORAL_TASK_QUEUE: z.string().default('inbound'),
  /** Base address of the Temporal Web UI, for links in answers. */
  TEMPORAL_UI_URL: z.string().url().default('http://127.0.0.1:8233'),

  /** 32 bytes in base64: wraps every tenant key. Lose it and all personal data is unreadable. */
  MASTER_KEY: key,
  /** 32 bytes in base64: seals Temporal payloads. */
  TEMPORAL_CODEC_KEY: key,
  /** Former values of TEMPORAL_CODEC_KEY, separated by commas: they open old payloads, nothing is sealed with them. */
  TEMPORAL_CODEC_RETIRED_KEYS: keys.optional(),
  /** How long a process may keep an unwrapped subject key: an erasure in another process takes effect here within it. */
  SUBJECT_KEY_CACHE_TTL_MS: positive.default(60_000),
  SUBJECT_KEY_CACHE_SIZE: positive.default(10_000),

  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port.default(3000),
  /** Address under which the gateway reaches this API; webhook URLs are built from it. */
  API_PUBLIC_URL: z.string().url().default('http://127.0.0.1:3000'),
  API_RATE_LIMIT_PER_MINUTE: positive.default(6_000),
  /** Sign-ins and uses of one-time tokens from one network address; behind a proxy that is everyone's. */
  SIGN_IN_RATE_LIMIT_PER_MINUTE: positive.default(300),
  /** Health and metrics of worker, relay and consumer; 0 = any free port. */
  METRICS_PORT: port.default(0),
  METRICS_HOST: z.string().default('127.0.0.1'),

  WAHA_URL: z.string().url().default('http://127.0.0.1:3900'),
  WAHA_API_KEY: z.string().default('sandbox-key'),
  WAHA_TIMEOUT_MS: positive.default(10_000),

  /** A broadcast that would go to more recipients waits until an operator approves it, so many hours at most. */
  BROADCAST_APPROVAL_ABOVE: positive.default(10_000),
  BROADCAST_APPROVAL_HOURS: positive.default(72),
});

/** The parsed configuration of one process. Keys carry the names of their environment variables. */
export type Config = z.infer<typeof environment>;

/** Thrown when the environment is unusable; `message` names each variable and what it should be. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Reads and checks the environment. Empty strings count as unset. Throws ConfigError. */
export function loadConfig(source: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const result = environment.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(`The environment is not usable:\n${problems.join('\n')}\nSee .env.example for every variable.`);
}
