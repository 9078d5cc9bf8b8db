// What a test file needs of the running test servers, apart from every other file's: a migrated database, an AMQP prefix, a task queue.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Config, loadConfig } from '../../platform/config.ts';
import { createTestDatabase, dropTestDatabase } from './database.ts';
import { assertRowsAreFolds } from './misfolded.ts';
import { deleteByPrefix } from './rabbit.ts';
import { uniqueLetters } from './unique.ts';

/** Addresses for one test file. URLs are by role: databaseUrl = app_user, systemUrl = app_system, migrationUrl = owner, adminUrl = superuser. */
export type TestStack = {
  databaseUrl: string;
  systemUrl: string;
  migrationUrl: string;
  adminUrl: string;
  amqpUrl: string;
  amqpPrefix: string;
  amqpManagementUrl: string;
  temporalAddress: string;
  taskQueue: string;
  /** The configuration our processes would get; `environment` is the same as variables, for processes that are spawned. */
  config: Config;
  environment: Record<string, string>;
  /** `close` takes no notice of rows that are not the fold of their events: for tests that damage some; `why` is for the reader. */
  letRowsDiffer(why: string): void;
  /**
   * Drops the database and deletes the queues and exchanges; fails when the rows of event-sourced aggregates are not the fold of their events.
   * Close your own pools and connections before.
   */
  close(): Promise<void>;
};

/** Where the servers are, by the variables in which test files get them. */
export type TestServers = Readonly<Record<string, string | undefined>>;

/** Prepares the stack for the test file `name`. Fails when the test servers' addresses are not in the environment. */
export async function testStack(name: string, servers: TestServers = process.env): Promise<TestStack> {
  const required = (variable: string): string => requiredOf(servers, variable);
  const adminUrl = required('TEST_DATABASE_ADMIN_URL');
  const amqpManagementUrl = required('TEST_AMQP_MANAGEMENT_URL');
  const database = await createTestDatabase(adminUrl, name);
  const unique = uniqueLetters();
  const environment = {
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    DATABASE_URL: database.userUrl,
    DATABASE_SYSTEM_URL: database.systemUrl,
    DATABASE_MIGRATION_URL: database.ownerUrl,
    AMQP_URL: required('TEST_AMQP_URL'),
    AMQP_MANAGEMENT_URL: amqpManagementUrl,
    AMQP_PREFIX: `test-${unique}.`,
    TEMPORAL_ADDRESS: required('TEST_TEMPORAL_ADDRESS'),
    TEMPORAL_TASK_QUEUE: `test-${name}-${unique}`,
    TEMPORAL_UI_URL: servers['TEST_TEMPORAL_UI_URL'] ?? '',
    MASTER_KEY: randomBytes(32).toString('base64'),
    TEMPORAL_CODEC_KEY: randomBytes(32).toString('base64'),
  };
  const config = loadConfig(environment);
  let mayDiffer = false;
  return {
    databaseUrl: database.userUrl,
    systemUrl: database.systemUrl,
    migrationUrl: database.ownerUrl,
    adminUrl: database.adminUrl,
    amqpUrl: environment.AMQP_URL,
    amqpPrefix: environment.AMQP_PREFIX,
    amqpManagementUrl,
    temporalAddress: environment.TEMPORAL_ADDRESS,
    taskQueue: environment.TEMPORAL_TASK_QUEUE,
    config,
    environment,
    letRowsDiffer() {
      mayDiffer = true;
    },
    async close() {
      try {
        if (!mayDiffer) await compareRows(database.adminUrl, config);
      } finally {
        await deleteByPrefix(amqpManagementUrl, environment.AMQP_PREFIX);
        await dropTestDatabase(adminUrl, database.name);
      }
    },
  };
}

async function compareRows(adminUrl: string, config: Config): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await assertRowsAreFolds(admin, config);
  } finally {
    await admin.end();
  }
}

function requiredOf(servers: TestServers, name: string): string {
  const value = servers[name];
  if (value) return value;
  throw new Error(
    `${name} is not set. Run this file with \`npm run test:one -- <file>\`, which starts or finds the test servers.`,
  );
}
