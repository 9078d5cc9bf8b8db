// The saga RecalculateContactList: contacts come and go page by page until those are in the list who fit its rules. One that is cancelled, aborted or refused
// takes back what it has changed: the list has its old contacts.
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { RecalculationActivities } from '../activities/contact-lists/recalculation-activities.ts';
import { databaseStep, pagedChange, sagaSettlement } from './activity-options.ts';
import { type RecalculateContactListInput, recalculateContactListSagaType, type SagaResult } from './names.ts';
import { runSaga } from './saga.ts';

const { openRecalculation } = proxyLocalActivities<Pick<RecalculationActivities, 'openRecalculation'>>(databaseStep);
const { changeContactList, revertContactList } =
  proxyActivities<Pick<RecalculationActivities, 'changeContactList' | 'revertContactList'>>(pagedChange);
const { settleRecalculation } =
  proxyLocalActivities<Pick<RecalculationActivities, 'settleRecalculation'>>(sagaSettlement);

const timeoutMs = 6 * 60 * 60 * 1_000;

/** Recalculates one list. */
export async function recalculateContactList(input: RecalculateContactListInput): Promise<SagaResult> {
  const { tenantId, runId: correlationId } = input;
  const settle = (outcome: Parameters<typeof settleRecalculation>[1]) => settleRecalculation(input, outcome);
  return runSaga(
    { sagaType: recalculateContactListSagaType, tenantId, correlationId, timeoutMs, settle },
    async (saga) => {
      await saga.step('open', { run: () => openRecalculation(input) });
      await saga.step('change', {
        run: () => saga.abortable(() => changeContactList(input)),
        undo: () => revertContactList(input),
      });
    },
  );
}
