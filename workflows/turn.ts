// Having a turn at the gateway: one saga of a channel at a time, so that what an earlier one undoes or ends is not what this one makes.
import { condition, proxyLocalActivities } from '@temporalio/workflow';
import type { ActivationActivities } from '../activities/channels/activation-activities.ts';
import { databaseStep } from './activity-options.ts';
import type { Saga } from './saga.ts';

const { takeTurnAtGateway } = proxyLocalActivities<Pick<ActivationActivities, 'takeTurnAtGateway'>>(databaseStep);

const leastMs = 1_000;
/** An earlier saga may be stuck for days: asked after rarely by then, the history stays short. */
const mostMs = 5 * 60 * 1_000;

/** Waits until the channel's earlier sagas have ended: after each look a tenth of the time that was waited. */
export async function waitForTurn(
  { isAborted, throwIfAborted }: Saga,
  input: { readonly tenantId: string; readonly channelId: string },
): Promise<void> {
  const since = Date.now();
  while (!(await takeTurnAtGateway(input))) {
    await condition(isAborted, Math.min(mostMs, Math.max(leastMs, Math.floor((Date.now() - since) / 10))));
    throwIfAborted();
  }
}
