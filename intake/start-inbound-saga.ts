// Starts the saga of a stored message: deterministic id, refused when it ran or runs, so that any number of starters make one saga.
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type InboundInput, inboundSagaType, sagaAttributes, workflowNames } from '../workflows/names.ts';
import { inboundCorrelationId, inboundWorkflowId } from './message-key.ts';

/** What a start needs to know of the stored event. */
export type InboundStart = {
  readonly tenantId: string;
  readonly rawEventId: string;
  readonly channelId: string;
  readonly messageKey: string;
  readonly runNumber: number;
};

/** The saga of a message: its workflow, and whether this call started it (false: another event of the same message had). */
export type InboundStarted = { readonly workflowId: string; readonly isNew: boolean };

/** Starts the saga unless it runs or ran already. Throws what the client throws when the server can't be reached. */
export async function startInboundSaga(
  client: Client,
  taskQueue: string,
  start: InboundStart,
): Promise<InboundStarted> {
  const correlationId = inboundCorrelationId(start.messageKey, start.runNumber);
  const input: InboundInput = {
    tenantId: start.tenantId,
    rawEventId: start.rawEventId,
    channelId: start.channelId,
    correlationId,
  };
  const workflowId = inboundWorkflowId(start.messageKey, start.runNumber);
  try {
    await client.workflow.start(workflowNames.processInboundMessage, {
      taskQueue,
      workflowId,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [input],
      typedSearchAttributes: sagaAttributes({ sagaType: inboundSagaType, tenantId: start.tenantId, correlationId }),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { workflowId, isNew: false };
    throw error;
  }
  return { workflowId, isNew: true };
}
