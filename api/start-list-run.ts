// Starts the recalculation of a contact list once it is committed that it was asked for. What can't be started now, the schedule starts.
import type { ListRun } from '../db/contact-list-runs.ts';
import type { Tx } from '../db/transaction.ts';
import {
  recalculateContactListSagaType,
  recalculationWorkflowId,
  sagaAttributes,
  workflowNames,
} from '../workflows/names.ts';
import type { ApiDeps } from './api-deps.ts';

const deadlineMs = 4_000;

/** Nobody waits for it, and it never fails. */
export function startListRun({ temporal, config }: Pick<ApiDeps, 'temporal' | 'config'>, tx: Tx, run: ListRun): void {
  const { tenantId, runId } = run;
  const saga = { sagaType: recalculateContactListSagaType, tenantId, correlationId: runId };
  tx.onCommit(() => {
    void temporal
      .within(deadlineMs, () =>
        temporal.client.workflow.start(workflowNames.recalculateContactList, {
          workflowId: recalculationWorkflowId(runId),
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          taskQueue: config.TEMPORAL_TASK_QUEUE,
          args: [run],
          typedSearchAttributes: sagaAttributes(saga),
        }),
      )
      .catch(() => undefined);
  });
}
