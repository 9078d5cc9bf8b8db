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

/** Starts the saga; `already_started` when one with this id runs or ran. Throws what the client throws when the server can't be reached. */
export async function startInboundSaga(
  client: Client,
  taskQueue: string,
  start: InboundStart,
): Promise<'started' | 'already_started'> {
  const correlationId = inboundCorrelationId(start.messageKey, start.runNumber);
  const input: InboundInput = {
    tenantId: start.tenantId,
    rawEventId: start.rawEventId,
    channelId: start.channelId,
    correlationId,
  };
  try {
    await client.workflow.start(workflowNames.processInboundMessage, {
      taskQueue,
      workflowId: inboundWorkflowId(start.messageKey, start.runNumber),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [input],
      typedSearchAttributes: sagaAttributes({ sagaType: inboundSagaType, tenantId: start.tenantId, correlationId }),
    });
    return 'started';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already_started';
    throw error;
  }
}
