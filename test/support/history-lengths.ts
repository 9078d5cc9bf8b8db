// How long the histories of a workflow are that continued as new.
import type { Client, WorkflowHandle } from '@temporalio/client';

type Events = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events'];

/** The number of events of each run, the last run's first. */
export async function historyLengths({ workflow }: Client, workflowId: string): Promise<number[]> {
  const lengths: number[] = [];
  for (let runId: string | null | undefined = (await workflow.getHandle(workflowId).describe()).runId; runId; ) {
    const handle: WorkflowHandle = workflow.getHandle(workflowId, runId);
    const events: Events = (await handle.fetchHistory()).events;
    lengths.push(events?.length ?? 0);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  }
  return lengths;
}
