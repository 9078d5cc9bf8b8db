// The saga ProcessInboundMessage. Its steps first run together, in one commit and one local activity; if that fails for whatever reason they
// run one by one, each its own commit with its undo, so that the failing one is seen, tried on, steered.
import { proxyLocalActivities } from '@temporalio/workflow';
import type { InboundActivities, InboundSteps } from '../activities/inbound/inbound-activities.ts';
import { databaseStep, sagaSettlement, togetherStep } from './activity-options.ts';
import { inboundSteps } from './inbound-steps.ts';
import { type InboundInput, inboundSagaType, type SagaResult } from './names.ts';
import { runSaga } from './saga.ts';

const steps = proxyLocalActivities<InboundSteps>(databaseStep);
const { processInboundTogether } =
  proxyLocalActivities<Pick<InboundActivities, 'processInboundTogether'>>(togetherStep);
const { settleInbound } = proxyLocalActivities<Pick<InboundActivities, 'settleInbound'>>(sagaSettlement);

/** Long enough for an operator to look at a stuck one, short enough that a message does not turn up weeks late. */
const timeoutMs = 24 * 60 * 60 * 1_000;

/** Takes one stored gateway message to contact, session, message and timeline. Input: ids only. */
export async function processInboundMessage(input: InboundInput): Promise<SagaResult> {
  const { tenantId, correlationId } = input;
  const settle = (outcome: Parameters<typeof settleInbound>[1]) => settleInbound(input, outcome);
  return runSaga({ sagaType: inboundSagaType, tenantId, correlationId, timeoutMs, settle }, async (saga) => {
    const together = await saga.together(() => processInboundTogether(input));
    if (together === null) await inboundSteps(saga, steps, input);
  });
}
