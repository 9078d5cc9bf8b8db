// Run by a schedule every minute: has the contact lists recalculated that are due, and those that were asked for and not begun. Each is a saga of its own.

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, proxyActivities, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { RecalculationActivities } from '../activities/contact-lists/recalculation-activities.ts';
import { scheduledLook } from './activity-options.ts';
import { recalculateContactListSagaType, recalculationWorkflowId, sagaAttributes } from './names.ts';
import { recalculateContactList } from './recalculate-contact-list.ts';

const { requestDueRecalculations } =
  proxyActivities<Pick<RecalculationActivities, 'requestDueRecalculations'>>(scheduledLook);

/** Begins what is due; gives how many were begun. */
export async function recalculateDueLists(): Promise<{ readonly begun: number }> {
  let begun = 0;
  for (const input of await requestDueRecalculations()) {
    const { tenantId, runId } = input;
    const ids = { sagaType: recalculateContactListSagaType, tenantId, correlationId: runId };
    try {
      await startChild(recalculateContactList, {
        workflowId: recalculationWorkflowId(runId),
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        parentClosePolicy: ParentClosePolicy.ABANDON,
        typedSearchAttributes: sagaAttributes(ids),
        args: [input],
      });
      begun += 1;
    } catch (error) {
      // It is under way.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
  return { begun };
}
