// Sagas that nobody helps until their time is up, on a server that skips the time: the one way that can't be waited for on a real one.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { dataConverter } from '../../../platform/temporal.ts';
import { workflowBundlePath } from '../../../workers/temporal/workflow-bundle.ts';
import { searchAttributes, type workflowNames } from '../../../workflows/names.ts';
import { historyConfig as config } from '../history-config.ts';
import { trouble } from '../switchboard.ts';

/** Each one's first step never succeeds. */
const sagas = [
  'processInboundMessage',
  'processGatewayEvent',
  'sendMessage',
] as const satisfies readonly (keyof typeof workflowNames)[];

const taskQueue = 'timed-out';
const never = async (): Promise<never> => {
  throw trouble();
};
const nothing = async (): Promise<void> => undefined;
const activities = {
  processInboundTogether: async () => null,
  validateInbound: never,
  applyGatewayEvent: never,
  reserveMessageId: never,
  noteSaga: async () => true,
  sealSaga: async () => ({ ended: null, reason: null, steps: [] }),
  settleInbound: nothing,
  settleGatewayEvent: nothing,
  settleFailedSend: nothing,
};

/** Runs each to its end; `take` gets it while the server is there. */
export async function runOutOfTime(take: (workflow: string, handle: WorkflowHandle) => Promise<void>): Promise<void> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: process.env['TEST_TEMPORAL_TEST_SERVER'] ?? '' } },
    client: { dataConverter: dataConverter(config) },
  });
  const keyword = 2;
  const names = Object.values(searchAttributes).map(({ name }) => [name, keyword]);
  const request = { namespace: 'default', searchAttributes: Object.fromEntries(names) };
  await environment.connection.operatorService.addSearchAttributes(request);
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: { codePath: await workflowBundlePath(config) },
    dataConverter: dataConverter(config),
    activities,
  });
  try {
    await worker.runUntil(async () => {
      for (const workflow of sagas) {
        const id = randomUUID();
        const input = { tenantId: 't', rawEventId: id, channelId: id, correlationId: id, messageId: id };
        const workflowId = `${workflow}-${id}`;
        const handle = await environment.client.workflow.start(workflow, { taskQueue, workflowId, args: [input] });
        await handle.result().catch(() => undefined);
        await take(workflow, handle);
      }
    });
  } finally {
    await environment.teardown();
  }
}
