// The saga DisconnectChannel: a channel was switched off or deleted, and what it has at the gateway follows. Never undone: the person has decided.
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { DisconnectionActivities } from '../activities/channels/disconnection-activities.ts';
import { databaseStep, gatewayChange } from './activity-options.ts';
import { type DisconnectChannelInput, disconnectChannelSagaType, type SagaResult } from './names.ts';
import { runSaga } from './saga.ts';
import { waitForTurn } from './turn.ts';

const { disconnectSession } = proxyActivities<DisconnectionActivities>(gatewayChange);
const { beginDisconnection, finishDisconnection } = proxyLocalActivities<DisconnectionActivities>(databaseStep);

/** A gateway that is away has a week to come back; then the session is left as it is, and shown. */
const timeoutMs = 7 * 24 * 60 * 60 * 1_000;

/** Ends a channel's session. Input: ids only. */
export async function disconnectChannel(input: DisconnectChannelInput): Promise<SagaResult> {
  const { tenantId, correlationId } = input;
  return runSaga({ sagaType: disconnectChannelSagaType, tenantId, correlationId, timeoutMs }, async (saga) => {
    const { step } = saga;
    await step('open', { run: () => beginDisconnection(input) });
    // An activation that is under way sees by itself that it is not wanted any more, and takes back what it made.
    await step('turn', { run: () => waitForTurn(saga, input) });
    const done = await step('disconnect', { run: () => disconnectSession(input) });
    await step('finish', { run: () => finishDisconnection(input, done), final: true });
  });
}
