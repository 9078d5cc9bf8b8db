// A set of test servers and the variables that tell tests where they are; `.data/test/stack.json` while `npm run test:stack` runs.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { dataDir } from './paths.ts';
import { prepareTemporal } from './prepare-temporal.ts';
import { isAlive } from './processes.ts';
import type { Say } from './server.ts';
import { startTestServers } from './servers.ts';
import { temporalBinary, temporalTestServerBinary } from './temporal-binary.ts';

/** State folder of the shared test servers. */
export const sharedTestDir = path.join(dataDir, 'test');

/** File with the shared test servers' addresses. */
export const sharedStackFile = path.join(sharedTestDir, 'stack.json');

/** Variables `TEST_…` with the servers' addresses. */
export type TestEnvironment = Record<string, string>;

/** Starts the servers in `stateDir`. */
export async function startTestStack(stateDir: string, say: Say): Promise<TestEnvironment> {
  mkdirSync(stateDir, { recursive: true });
  const servers = await startTestServers(stateDir, say);
  await prepareTemporal(servers.temporal.address);
  return {
    TEST_DATABASE_ADMIN_URL: servers.postgres.adminUrl,
    TEST_AMQP_URL: servers.rabbitmq.amqpUrl,
    TEST_AMQP_MANAGEMENT_URL: servers.rabbitmq.managementUrl,
    TEST_TEMPORAL_ADDRESS: servers.temporal.address,
    TEST_TEMPORAL_UI_URL: servers.temporal.uiUrl,
    TEST_TEMPORAL_CLI: await temporalBinary(say),
    TEST_TEMPORAL_TEST_SERVER: await temporalTestServerBinary(say),
    // For tests that look into the servers' own files.
    TEST_SERVER_FILES: stateDir,
  };
}

/** The shared test servers' variables, when `npm run test:stack` keeps them running. */
export function sharedTestEnvironment(): TestEnvironment | undefined {
  try {
    const file = JSON.parse(readFileSync(sharedStackFile, 'utf8')) as { pid: number; environment: TestEnvironment };
    return isAlive(file.pid) ? file.environment : undefined;
  } catch {
    return undefined;
  }
}
