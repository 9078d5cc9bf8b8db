// Whether a workflow knows of a signal or a cancellation that came while its local activities ran: the server keeps it back until its task is over.
import { eventually } from './eventually.ts';
import type { SagaRun } from './shop.ts';

/** Waits until the workflow was told of what came in while a step was running. */
export async function workflowHasHeard(run: SagaRun): Promise<void> {
  await eventually(
    async () => {
      const events = (await run.handle.fetchHistory()).events ?? [];
      const came = events.findIndex(
        ({
          workflowExecutionCancelRequestedEventAttributes: cancel,
          workflowExecutionSignaledEventAttributes: signal,
        }) => cancel || signal,
      );
      return came >= 0 && events.slice(came).some(({ workflowTaskStartedEventAttributes: started }) => started);
    },
    { timeoutMs: 30_000, everyMs: 200 },
  );
}
