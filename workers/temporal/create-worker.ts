// One Temporal worker for one kind of load: bundle, activities, interceptors and its tuning, in one place for the process and for the tests.
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Config } from '../../platform/config.ts';
import type { Logger } from '../../platform/log.ts';
import { dataConverter } from '../../platform/temporal.ts';
import { broadcastTaskQueue } from '../../workflows/names.ts';
import { createActivityInterceptor } from './activity-interceptor.ts';
import { workflowBundlePath } from './workflow-bundle.ts';

/** The kinds of load: what people wait for, and what comes in large numbers and can wait. */
export const loads = ['inbound', 'broadcasts'] as const;
type Load = (typeof loads)[number];

/** What a worker runs on. `activities` is what createActivities gave, or a test's version of it. */
export type WorkerSetup = {
  readonly config: Config;
  readonly connection: NativeConnection;
  readonly activities: object;
  readonly log: Logger;
  /** Default: inbound. */
  readonly load?: Load;
};

/** What a load may have of the process at once. */
const tunings: Record<Load, (config: Config) => Partial<WorkerOptions>> = {
  inbound: ({ DATABASE_POOL_SIZE }) => ({
    // Steps are local activities and share the pool of connections: more of them at once would only wait there.
    maxConcurrentLocalActivityExecutions: 4 * DATABASE_POOL_SIZE,
    maxConcurrentWorkflowTaskExecutions: 100,
    maxCachedWorkflows: 500,
  }),
  // However many are to be sent, most of the connections are free for what comes in.
  broadcasts: ({ DATABASE_POOL_SIZE }) => ({
    maxConcurrentLocalActivityExecutions: Math.max(2, Math.floor(DATABASE_POOL_SIZE / 3)),
    maxConcurrentWorkflowTaskExecutions: 8,
    maxConcurrentActivityTaskExecutions: 40,
    maxCachedWorkflows: 300,
  }),
};

/** Creates a worker on the configured task queue, or on that of broadcasts beside it; `run()` is the caller's. */
export async function createWorker(setup: WorkerSetup): Promise<Worker> {
  const { config, connection, activities, log, load = 'inbound' } = setup;
  const { TEMPORAL_TASK_QUEUE: queue } = config;
  return Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: load === 'broadcasts' ? broadcastTaskQueue(queue) : queue,
    workflowBundle: { codePath: await workflowBundlePath(config) },
    activities,
    dataConverter: dataConverter(config),
    interceptors: { activity: [createActivityInterceptor(log)] },
    // A workflow whose worker died is taken over after this and its step's time-out, not after the default of 10 s.
    stickyQueueScheduleToStartTimeout: '5s',
    ...tunings[load](config),
    shutdownGraceTime: '8s',
  });
}
