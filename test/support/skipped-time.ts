// A Temporal server that skips time, with workers on it, and a clock that goes by its time: what takes minutes or months on a real one, in seconds.
import { randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Clock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/log.ts';
import { dataConverter } from '../../platform/temporal.ts';
import { createActivityInterceptor } from '../../workers/temporal/activity-interceptor.ts';
import { workflowBundlePath } from '../../workers/temporal/workflow-bundle.ts';
import { searchAttributes } from '../../workflows/names.ts';
import { historyConfig as config } from './history-config.ts';
import { installRuntime } from './product.ts';

/** The server and its time. */
export type SkippedTime = {
  /** Gives a workflow of this type on a queue of its own, with its own activities beside the framework's; waiting for its result skips the time. */
  readonly start: (workflow: string, input: object, activities: object) => Promise<WorkflowHandle>;
  /** Its waiting for results skips no time. */
  readonly client: Client;
  /** Stands still until somebody asks for the server's time: an activity that begins, or `now`. */
  readonly clock: Clock;
  /** The server's own time, by which it sets the clock. */
  readonly now: () => Promise<number>;
  readonly sleep: (ms: number) => Promise<void>;
  /**
   * Skips time, at most `stepMs` at once, until the workflow has ended; gives `completed`, or why not. In steps, because the server starts children beside
   * its time: it would jump to the time-out of who waits for them.
   */
  readonly endOf: (handle: WorkflowHandle, stepMs?: number) => Promise<string>;
  /** Runs a worker with these activities. */
  readonly startWorker: (taskQueue: string, activities: object) => Promise<void>;
  /** Ends the workers, then the server. */
  readonly close: () => Promise<void>;
};

/** What the framework of sagas calls beside the steps. */
export const sagaFrame = {
  noteSaga: async () => true,
  noteSkip: async () => undefined,
  sealSaga: async () => ({ ended: null, reason: null, steps: [] }),
  settleSaga: async () => undefined,
};

/** Starts the server. */
export async function openSkippedTime(): Promise<SkippedTime> {
  const log = createLogger({ name: 'skipped-time', level: config.LOG_LEVEL });
  installRuntime(log);
  const environment = await openServer();
  const { connection } = environment;
  let nowMs = Date.now();
  const now = async (): Promise<number> => {
    nowMs = Math.max(nowMs, await environment.currentTimeMs());
    return nowMs;
  };
  const inTime =
    (activity: (...args: unknown[]) => unknown) =>
    async (...args: unknown[]) => {
      await now();
      return activity(...args);
    };
  const running: { readonly worker: Worker; readonly ended: Promise<void> }[] = [];
  const startWorker = async (taskQueue: string, activities: object): Promise<void> => {
    const entries = Object.entries(activities).map(([name, activity]) => [name, inTime(activity)]);
    const worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue,
      workflowBundle: { codePath: await workflowBundlePath(config) },
      dataConverter: dataConverter(config),
      interceptors: { activity: [createActivityInterceptor(log)] },
      activities: Object.fromEntries(entries),
    });
    running.push({ worker, ended: worker.run() });
  };
  return {
    async start(workflow, input, activities) {
      const taskQueue = randomUUID();
      await startWorker(taskQueue, { ...sagaFrame, ...activities });
      return environment.client.workflow.start(workflow, { taskQueue, workflowId: taskQueue, args: [input] });
    },
    client: new Client({ connection, dataConverter: dataConverter(config) }),
    clock: { now: () => new Date(nowMs) },
    now,
    sleep: (ms) => environment.sleep(ms),
    async endOf(handle, stepMs = 60_000) {
      while ((await handle.describe()).status.name === 'RUNNING') await environment.sleep(stepMs);
      return handle.result().then(
        () => 'completed',
        (error: Error & { cause?: Error }) => error.cause?.message ?? error.message,
      );
    },
    startWorker,
    async close() {
      for (const { worker } of running) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(running.map(({ ended }) => ended));
      await environment.teardown();
    },
  };
}

async function openServer(): Promise<TestWorkflowEnvironment> {
  const path = process.env['TEST_TEMPORAL_TEST_SERVER'];
  if (!path) throw new Error('TEST_TEMPORAL_TEST_SERVER is not set: run this file with `npm run test:one`.');
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
    client: { dataConverter: dataConverter(config) },
  });
  const keyword = 2;
  const names = Object.values(searchAttributes).map(({ name }) => [name, keyword]);
  const request = { namespace: 'default', searchAttributes: Object.fromEntries(names) };
  await environment.connection.operatorService.addSearchAttributes(request);
  return environment;
}
