// One Temporal worker: bundle, activities, interceptors and its tuning, in one place for the process and for the tests.
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Config } from '../../platform/config.ts';
import type { Logger } from '../../platform/log.ts';
import { dataConverter } from '../../platform/temporal.ts';
import { createActivityInterceptor } from './activity-interceptor.ts';
import { workflowBundlePath } from './workflow-bundle.ts';

/** What a worker runs on. `activities` is what createActivities gave, or a test's version of it. */
export type WorkerSetup = {
  readonly config: Config;
  readonly connection: NativeConnection;
  readonly activities: object;
  readonly log: Logger;
};

/** Creates a worker on the configured task queue; `run()` is the caller's. */
export async function createWorker({ config, connection, activities, log }: WorkerSetup): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    workflowBundle: { codePath: await workflowBundlePath(config) },
    activities,
    dataConverter: dataConverter(config),
    interceptors: { activity: [createActivityInterceptor(log)] },
    // A workflow whose worker died is taken over after this and its step's time-out, not after the default of 10 s.
    stickyQueueScheduleToStartTimeout: '5s',
    // Steps are local activities and share the pool of connections: more of them at once would only wait there.
    maxConcurrentLocalActivityExecutions: 4 * config.DATABASE_POOL_SIZE,
    maxConcurrentWorkflowTaskExecutions: 100,
    maxCachedWorkflows: 500,
    shutdownGraceTime: '8s',
  });
}
