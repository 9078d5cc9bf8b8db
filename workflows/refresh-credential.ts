// The saga RefreshCredential: an OAuth credential gets new tokens from its server before its time is over. What may pass is tried again, rarely at last; what the
// server refuses ends it, with its word, and people see it.
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CredentialActivities } from '../activities/credentials/credential-activities.ts';
import { databaseStep, sagaSettlement, tokenCall } from './activity-options.ts';
import { type RefreshCredentialInput, refreshCredentialSagaType, type SagaResult } from './names.ts';
import { runSaga } from './saga.ts';

const { openRefresh } = proxyLocalActivities<Pick<CredentialActivities, 'openRefresh'>>(databaseStep);
const { refreshCredential: refresh } = proxyActivities<Pick<CredentialActivities, 'refreshCredential'>>(tokenCall);
const { settleRefresh } = proxyLocalActivities<Pick<CredentialActivities, 'settleRefresh'>>(sagaSettlement);

/** A server that is away has a day to come back; then it is for people to mend. */
const timeoutMs = 24 * 60 * 60 * 1_000;

/** Refreshes one credential. */
export async function refreshCredential(input: RefreshCredentialInput): Promise<SagaResult> {
  const { tenantId, refreshId: correlationId } = input;
  const settle = (outcome: Parameters<typeof settleRefresh>[1]) => settleRefresh(input, outcome);
  return runSaga(
    { sagaType: refreshCredentialSagaType, tenantId, correlationId, timeoutMs, settle },
    async ({ step }) => {
      await step('open', { run: () => openRefresh(input) });
      await step('refresh', { run: () => refresh(input) });
    },
  );
}
