// The saga ImportHistory: begin → list the chats → their messages, page by page → end the sessions → complete. How far it is stands in the database, a page a
// commit: whoever pauses, resumes or cancels it changes that, and only tells the workflow to look. Until the sessions are ended all of it can be taken back.
import { ParentClosePolicy, proxyActivities, proxyLocalActivities, startChild } from '@temporalio/workflow';
import type { HistoryImportActivities } from '../activities/history-import/history-import-activities.ts';
import { databaseStep, importWork, sagaSettlement } from './activity-options.ts';
import { importHistoryPart } from './import-history-part.ts';
import { type ImportHistoryInput, importHistorySagaType, importPartId, type SagaResult } from './names.ts';
import { runSaga } from './saga.ts';

const { openImport, completeImport } =
  proxyLocalActivities<Pick<HistoryImportActivities, 'openImport' | 'completeImport'>>(databaseStep);
const { undoHistoryImport, endImportedSessions } =
  proxyActivities<Pick<HistoryImportActivities, 'undoHistoryImport' | 'endImportedSessions'>>(importWork);
const { settleImport } = proxyLocalActivities<Pick<HistoryImportActivities, 'settleImport'>>(sagaSettlement);

/** Paused, or waiting for a gateway that is away: that long, then it is taken back. */
const timeoutMs = 30 * 24 * 60 * 60 * 1_000;

/** Imports what was exchanged before a channel was connected. Input: ids only. */
export async function importHistory(input: ImportHistoryInput): Promise<SagaResult> {
  const { tenantId, correlationId } = input;
  const settle = (outcome: Parameters<typeof settleImport>[1]) =>
    settleImport(input, { ...outcome, reason: plain(outcome.reason) });
  const definition = { sagaType: importHistorySagaType, tenantId, correlationId, timeoutMs, settle };
  return runSaga(definition, async ({ step, abortable }) => {
    await step('open', { run: () => openImport(input) });
    await step('chats', { run: () => abortable(() => runPart(input, 'chats', 2)) });
    await step('messages', {
      run: () => abortable(() => runPart(input, 'messages', 3)),
      undo: () => undoHistoryImport(input),
    });
    await step('sessions', { run: () => endImportedSessions(input), final: true });
    await step('complete', { run: () => completeImport(input), final: true });
  });
}

async function runPart(input: ImportHistoryInput, part: 'chats' | 'messages', stepNumber: number): Promise<void> {
  const child = await startChild(importHistoryPart, {
    workflowId: importPartId(input, part),
    args: [{ ...input, part, stepNumber }],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  });
  await child.result();
}

/** Given up by a person: no failure, and told in a word. */
const plain = (reason: string): string => (reason.startsWith('import_cancelled') ? 'cancelled' : reason);
