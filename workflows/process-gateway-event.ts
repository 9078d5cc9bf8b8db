// The saga ProcessGatewayEvent: one gateway event that could not be applied on the short path; tried on, stuck and shown, steered by signal.
import { proxyLocalActivities } from '@temporalio/workflow';
import type { GatewayEventActivities } from '../activities/gateway-events/gateway-event-activities.ts';
import { databaseStep, sagaSettlement } from './activity-options.ts';
import { type GatewayEventInput, gatewayEventSagaType, type SagaResult } from './names.ts';
import { runSaga } from './saga.ts';

const { applyGatewayEvent } = proxyLocalActivities<Pick<GatewayEventActivities, 'applyGatewayEvent'>>(databaseStep);
const { settleGatewayEvent } = proxyLocalActivities<Pick<GatewayEventActivities, 'settleGatewayEvent'>>(sagaSettlement);

/** An operator has a week: the event changes something that happened already. */
const timeoutMs = 7 * 24 * 60 * 60 * 1_000;

/** Applies one stored gateway event. Input: ids only. */
export async function processGatewayEvent(input: GatewayEventInput): Promise<SagaResult> {
  const { tenantId, correlationId } = input;
  const settle = (outcome: Parameters<typeof settleGatewayEvent>[1]) => settleGatewayEvent(input, outcome);
  return runSaga({ sagaType: gatewayEventSagaType, tenantId, correlationId, timeoutMs, settle }, async ({ step }) => {
    await step('apply', { run: () => applyGatewayEvent(input), final: true });
  });
}
