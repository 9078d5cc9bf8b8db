// Run by a schedule twice a minute: credentials whose time is over say so, and those whose time comes are refreshed, each by a saga of its own.
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, proxyActivities, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { CredentialActivities } from '../activities/credentials/credential-activities.ts';
import { scheduledLook } from './activity-options.ts';
import { refreshCredentialSagaType, refreshWorkflowId, sagaAttributes } from './names.ts';
import { refreshCredential } from './refresh-credential.ts';

const { expireCredentials, findDueRefreshes } =
  proxyActivities<Pick<CredentialActivities, 'expireCredentials' | 'findDueRefreshes'>>(scheduledLook);

/** Tends them; gives how many were over, and how many refreshes were begun. */
export async function tendCredentials(): Promise<{ readonly expired: number; readonly begun: number }> {
  const expired = await expireCredentials();
  let begun = 0;
  for (const input of await findDueRefreshes()) {
    const { tenantId, refreshId } = input;
    const saga = { sagaType: refreshCredentialSagaType, tenantId, correlationId: refreshId };
    try {
      await startChild(refreshCredential, {
        workflowId: refreshWorkflowId(refreshId),
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        parentClosePolicy: ParentClosePolicy.ABANDON,
        typedSearchAttributes: sagaAttributes(saga),
        args: [input],
      });
      begun += 1;
    } catch (error) {
      // It is under way.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
  return { expired, begun };
}
