// Whether a workflow knows of a signal or a cancellation that came while its local activities ran: the server keeps it back until its task is over.
import { eventually } from './eventually.ts';
import type { SagaRun } from './shop.ts';

/** Waits until the workflow was told of what came in while a step was running, and has had `tasks` tasks since. */
export async function workflowHasHeard(run: Pick<SagaRun, 'handle'>, tasks = 1): Promise<void> {
  await eventually(
    async () => {
      const events = (await run.handle.fetchHistory()).events ?? [];
      const came = events.findIndex(
        ({
          workflowExecutionCancelRequestedEventAttributes: cancel,
          workflowExecutionSignaledEventAttributes: signal,
        }) => cancel || signal,
      );
      const since = events.slice(came).filter(({ workflowTaskStartedEventAttributes: started }) => started);
      return came >= 0 && since.length >= tasks;
    },
    { timeoutMs: 30_000, everyMs: 200 },
  );
}
