// Starts the saga of a gateway event that could not be applied: there it is tried on, stuck and shown, and steered by an operator.
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { derivedId } from '../platform/clock.ts';
import { type GatewayEventInput, gatewayEventSagaType, sagaAttributes, workflowNames } from '../workflows/names.ts';
import type { RawEvent } from './raw-events.ts';

/** Starts it unless it was started for this run of the event. */
export async function startGatewayEventSaga(
  client: Client,
  taskQueue: string,
  { id, tenantId, runNumber }: RawEvent,
): Promise<string> {
  const workflowId = `gateway-event-${id}-${runNumber}`;
  const correlationId = derivedId('gateway event run', id, String(runNumber));
  const input: GatewayEventInput = { tenantId, rawEventId: id, correlationId };
  try {
    await client.workflow.start(workflowNames.processGatewayEvent, {
      taskQueue,
      workflowId,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [input],
      typedSearchAttributes: sagaAttributes({ sagaType: gatewayEventSagaType, tenantId, correlationId }),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return workflowId;
}
