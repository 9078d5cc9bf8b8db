// The handler of workflow_starter: starts or signals by the table, once per workflow id. A Temporal server that is away costs no attempt.
import { isGrpcServiceError, WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { TemporalClient } from '../../platform/temporal.ts';
import type { Handle } from './consumer.ts';
import { type WorkflowStart, workflowRows } from './start-workflows.ts';

/** What it needs of Temporal. */
export type WorkflowStarterDeps = {
  readonly temporal: Pick<TemporalClient, 'client' | 'within'>;
  readonly taskQueue: string;
};

const deadlineMs = 5_000;
/** gRPC codes that say nothing about the event: deadline, exhausted, aborted, unavailable. */
const transient = new Set([4, 8, 10, 14]);

/** Makes the handler. Throws `unavailable` when the server can't be reached. */
export function createWorkflowStarter({ temporal, taskQueue }: WorkflowStarterDeps): Handle {
  return async (event, tx) => {
    for (const row of workflowRows) {
      if (row.on !== event.type) continue;
      const start = await row.start(event, tx);
      if (start) await startOnce(temporal, taskQueue, start);
    }
  };
}

async function startOnce(
  { client, within }: WorkflowStarterDeps['temporal'],
  taskQueue: string,
  start: WorkflowStart,
): Promise<void> {
  const options = {
    workflowId: start.workflowId,
    taskQueue,
    args: [start.input],
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    ...(start.searchAttributes && { typedSearchAttributes: start.searchAttributes }),
  };
  const { signal } = start;
  try {
    await within(deadlineMs, async () => {
      if (signal)
        await client.workflow.signalWithStart(start.workflow, {
          ...options,
          signal: signal.name,
          signalArgs: [...signal.args],
        });
      else await client.workflow.start(start.workflow, options);
    });
  } catch (error) {
    // It runs or has run: the event has had its effect before.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    if (isTransient(error)) throw new DomainError('unavailable', 'The Temporal server can not be reached right now.');
    throw error;
  }
}

function isTransient(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return isGrpcServiceError(cause) && transient.has(cause.code);
}
