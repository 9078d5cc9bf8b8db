// The handlers of workflow_starter: start or signal by the table, once per workflow id. A Temporal server that is away costs no attempt.
import {
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { TemporalClient } from '../../platform/temporal.ts';
import { broadcastTaskQueue } from '../../workflows/names.ts';
import type { Consumer } from './consumer.ts';
import { createLimiter } from './limiter.ts';
import { workflowStartsOf } from './start-workflows.ts';
import type { WorkflowStart } from './workflow-start.ts';

/** What it needs of Temporal. */
export type WorkflowStarterDeps = {
  readonly temporal: Pick<TemporalClient, 'client' | 'within'>;
  readonly taskQueue: string;
};

const deadlineMs = 5_000;
/** gRPC codes that say nothing about the event: deadline, exhausted, aborted, unavailable. */
const transient = new Set([4, 8, 10, 14]);

/** How many of a process's batches' starts are under way at once. */
const startsAtOnce = 16;

/**
 * Makes the handlers. They throw `unavailable` when the server can't be reached. Of a batch, starts go side by side, those of one workflow in the
 * order of their events; one that fails takes back the claims of all: each event is then tried by itself, and what was started is not started again.
 */
export function createWorkflowStarter({
  temporal,
  taskQueue,
}: WorkflowStarterDeps): Required<Pick<Consumer, 'handle' | 'handleAll'>> {
  const inTurn = createLimiter(startsAtOnce);
  return {
    handle: async (event, tx) => {
      for (const start of await workflowStartsOf([event], tx)) await startOnce(temporal, taskQueue, start);
    },
    handleAll: async (events, tx, signal) => {
      const starts = await workflowStartsOf(events, tx);
      const results = await Promise.allSettled(
        starts.map((start) =>
          inTurn(start.workflowId, async () => {
            // The time of the batch is up: its events are already tried by themselves.
            signal.throwIfAborted();
            await startOnce(temporal, taskQueue, start);
          }),
        ),
      );
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    },
  };
}

async function startOnce(
  { client, within }: WorkflowStarterDeps['temporal'],
  taskQueue: string,
  start: WorkflowStart,
): Promise<void> {
  const options = {
    workflowId: start.workflowId,
    taskQueue: start.isLarge ? broadcastTaskQueue(taskQueue) : taskQueue,
    args: [start.input],
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    ...(start.searchAttributes && { typedSearchAttributes: start.searchAttributes }),
  };
  const { signal } = start;
  try {
    await within(deadlineMs, async () => {
      if (signal?.toRunning) await client.workflow.getHandle(start.workflowId).signal(signal.name, ...signal.args);
      else if (signal)
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
    // There is nobody to tell.
    if (signal?.toRunning && error instanceof WorkflowNotFoundError) return;
    if (isTransient(error)) throw new DomainError('unavailable', 'The Temporal server can not be reached right now.');
    throw error;
  }
}

/** A workflow takes so many signals and no more until its worker comes and it continues as new: the event waits. */
const isFull = ({ code, details }: { readonly code: number; readonly details: string }): boolean =>
  code === 3 && /limit for signal/.test(details);

function isTransient(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return isGrpcServiceError(cause) && (transient.has(cause.code) || isFull(cause));
}
