// A Temporal server that skips the time, with a worker on it: branches that take minutes or days on a real one. Activities are the test's.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createLogger } from '../../platform/log.ts';
import { dataConverter } from '../../platform/temporal.ts';
import { workflowBundlePath } from '../../workers/temporal/workflow-bundle.ts';
import { searchAttributes } from '../../workflows/names.ts';
import { historyConfig as config } from './history-config.ts';
import { installRuntime } from './product.ts';

/** The server with its worker. `start` gives a workflow of this type on a queue of the caller's; `now`: the server's own time. */
export type SkippedTime = {
  readonly start: (workflow: string, input: object, activities: object) => Promise<WorkflowHandle>;
  readonly now: () => Promise<number>;
  readonly close: () => Promise<void>;
};

/** What the framework of sagas calls beside the steps. */
export const sagaFrame = {
  noteSaga: async () => true,
  noteSkip: async () => undefined,
  sealSaga: async () => ({ ended: null, reason: null, steps: [] }),
  settleSaga: async () => undefined,
};

/** Starts the server; every workflow gets a worker of its own, with its own activities. */
export async function openSkippedTime(): Promise<SkippedTime> {
  installRuntime(createLogger({ name: 'skipped-time', level: config.LOG_LEVEL }));
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: process.env['TEST_TEMPORAL_TEST_SERVER'] ?? '' } },
    client: { dataConverter: dataConverter(config) },
  });
  const keyword = 2;
  const names = Object.values(searchAttributes).map(({ name }) => [name, keyword]);
  const request = { namespace: 'default', searchAttributes: Object.fromEntries(names) };
  await environment.connection.operatorService.addSearchAttributes(request);
  const running: { readonly worker: Worker; readonly ended: Promise<void> }[] = [];
  return {
    async start(workflow, input, activities) {
      const taskQueue = randomUUID();
      const worker = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue,
        workflowBundle: { codePath: await workflowBundlePath(config) },
        dataConverter: dataConverter(config),
        activities: { ...sagaFrame, ...activities },
      });
      running.push({ worker, ended: worker.run() });
      return environment.client.workflow.start(workflow, { taskQueue, workflowId: taskQueue, args: [input] });
    },
    now: () => environment.currentTimeMs(),
    async close() {
      for (const { worker } of running) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(running.map(({ ended }) => ended));
      await environment.teardown();
    },
  };
}
