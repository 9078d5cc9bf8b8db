// Sagas that nobody helps until their time is up, on a server that skips the time: the one way that can't be waited for on a real one.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { workflowNames } from '../../../workflows/names.ts';
import { openSkippedTime } from '../skipped-time.ts';
import { trouble } from '../switchboard.ts';

/** Each one's first step never succeeds, but for an activation, which nobody scans. */
const sagas = [
  'processInboundMessage',
  'processGatewayEvent',
  'sendMessage',
  'activateChannel',
  'disconnectChannel',
  'automationWait',
] as const satisfies readonly (keyof typeof workflowNames)[];

const never = async (): Promise<never> => {
  throw trouble();
};
const nothing = async (): Promise<void> => undefined;
const activities = {
  processInboundTogether: async () => null,
  validateInbound: never,
  applyGatewayEvent: never,
  reserveMessageId: never,
  beginActivation: nothing,
  takeTurnAtGateway: async () => true,
  claimSession: async () => ({ existed: false }),
  prepareSession: nothing,
  lookAtSession: async () => ({ status: 'SCAN_QR_CODE' }),
  releaseSession: nothing,
  beginDisconnection: never,
  tendAutomationWait: async () => ({ dueInMs: 2 * 400 * 24 * 3_600_000 }),
  giveUpAutomationWait: nothing,
  settleInbound: nothing,
  settleGatewayEvent: nothing,
  settleFailedSend: nothing,
  settleFailedActivation: nothing,
};

/** Runs each to its end; `take` gets it while the server is there. */
export async function runOutOfTime(take: (workflow: string, handle: WorkflowHandle) => Promise<void>): Promise<void> {
  const time = await openSkippedTime();
  try {
    for (const workflow of sagas) {
      const id = randomUUID();
      const ids = { tenantId: 't', rawEventId: id, channelId: id, correlationId: id, messageId: id };
      const handle = await time.start(workflow, { ...ids, requestedAt: '2026-01-31T12:00:00.000Z' }, activities);
      await handle.result().catch(() => undefined);
      await take(workflow, handle);
    }
  } finally {
    await time.close();
  }
}
