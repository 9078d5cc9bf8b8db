// A running part of the product for tests: database, Temporal client and workers on a test stack, with one shop open and others on demand.
import { makeTelemetryFilterString, type NativeConnection, Runtime } from '@temporalio/worker';
import { type ActivityDeps, createActivities } from '../../activities/create-activities.ts';
import { type Database, openDatabase } from '../../db/deps.ts';
import { createTokenClient } from '../../integrations/oauth/token-client.ts';
import { createWahaClient } from '../../integrations/waha/client.ts';
import type { Config } from '../../platform/config.ts';
import { createOutbound } from '../../platform/http/outbound.ts';
import { createLogger, type Logger } from '../../platform/log.ts';
import { connectTemporal, connectWorkerTransport, type TemporalClient } from '../../platform/temporal.ts';
import { createTemporalLog } from '../../platform/temporal-log.ts';
import { createWorker, type WorkerSetup } from '../../workers/temporal/create-worker.ts';
import { openShop, type Shop, type ShopOptions } from './shop.ts';
import { type TestStack, testStack } from './stack.ts';
import { uniqueLetters } from './unique.ts';

/** Everything a test of sagas works with; it is its own first shop. */
export type Product = Shop & {
  readonly stack: TestStack;
  readonly database: Database;
  readonly temporal: TemporalClient;
  /** Opens a further tenant; `taskQueue` other than the stack's keeps its sagas from the running workers. */
  readonly openShop: (options?: ShopOptions & { readonly taskQueue?: string }) => Promise<Shop>;
  /** Starts a worker, by default for what comes in; `wrap` may replace activities (to fail them, to count them). Its first argument has the steps run one by one instead of in one commit. */
  readonly startWorker: (
    wrap?: (oneByOne: Activities, activities: Activities) => object,
    deps?: Partial<ActivityDeps>,
    config?: Partial<Config>,
    load?: WorkerSetup['load'],
  ) => Promise<RunningWorker>;
  readonly close: () => Promise<void>;
};

/** The activities of the product. */
export type Activities = ReturnType<typeof createActivities>;

/** A worker that runs. */
export type RunningWorker = { readonly stop: () => Promise<void> };

/** Opens it on a database of its own; `changes` are to its configuration. */
export async function openProduct(name: string, changes: Partial<Config> = {}): Promise<Product> {
  const stack = await testStack(name);
  const config = { ...stack.config, ...changes };
  const log = createLogger({ name, level: config.LOG_LEVEL });
  const database = openDatabase(config, { name });
  const temporal = await connectTemporal(config);
  const deps = { database, temporal, taskQueue: config.TEMPORAL_TASK_QUEUE };
  const workers = createWorkers(config, database, log);
  return {
    ...(await openShop(deps, 'tenant-a')),
    stack,
    database,
    temporal,
    openShop: ({ taskQueue = deps.taskQueue, ...options } = {}) =>
      openShop({ ...deps, taskQueue }, `tenant-${uniqueLetters()}`, options),
    startWorker: workers.start,
    async close() {
      await workers.close();
      await temporal.close();
      await database.close();
      await stack.close();
    },
  };
}

let isInstalled = false;

/** Once a process, before anything else of the SDK: its own logger would print every failure that a test provokes. */
export function installRuntime(log: Logger): void {
  const logging = { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} };
  if (!isInstalled)
    Runtime.install({ logger: createTemporalLog(log), shutdownSignals: [], telemetryOptions: { logging } });
  isInstalled = true;
}

function createWorkers(config: Config, database: Database, log: Logger) {
  let transport: NativeConnection | undefined;
  const running = new Set<RunningWorker>();
  return {
    async start(
      wrap?: (oneByOne: Activities, activities: Activities) => object,
      deps: Partial<ActivityDeps> = {},
      changes: Partial<Config> = {},
      load: NonNullable<WorkerSetup['load']> = 'inbound',
    ): Promise<RunningWorker> {
      // Only with a worker: a runtime that never had one keeps the process from ending.
      installRuntime(log);
      transport ??= await connectWorkerTransport(config);
      const gateway = { baseUrl: config.WAHA_URL, apiKey: config.WAHA_API_KEY, timeoutMs: 2_000 };
      const activities = createActivities({
        database,
        gateway: createWahaClient(gateway),
        lookupLid: async () => undefined,
        refreshTokens: createTokenClient(createOutbound({ allowInside: true, timeoutMs: 500 })),
        publicUrl: config.API_PUBLIC_URL,
        onSaga: () => {},
        ...deps,
      });
      // All steps in one commit can't be got at one by one: a wrapped worker takes the long way, unless its wrap says otherwise.
      const oneByOne = { ...activities, processInboundTogether: async () => null };
      const worker = await createWorker({
        config: { ...config, ...changes },
        connection: transport,
        activities: wrap ? wrap(oneByOne, activities) : activities,
        log,
        load,
      });
      const ended = worker.run();
      const handle = {
        async stop(): Promise<void> {
          running.delete(handle);
          if (worker.getState() === 'RUNNING') worker.shutdown();
          await ended;
        },
      };
      running.add(handle);
      return handle;
    },
    async close(): Promise<void> {
      await Promise.all([...running].map((worker) => worker.stop()));
      await transport?.close();
    },
  };
}
