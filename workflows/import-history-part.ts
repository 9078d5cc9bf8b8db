// One part of an import, its chats or their messages: sets of pages, one activity each, until all is done. Continues as new, however many there are.
import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { HistoryImportActivities } from '../activities/history-import/history-import-activities.ts';
import type { PageSet } from '../activities/history-import/run-pages.ts';
import { importWork } from './activity-options.ts';
import {
  type ImportHistoryPartInput,
  type ImportPartProgress,
  importChangedSignal,
  importHistorySagaType,
  importProgressQuery,
} from './names.ts';
import { stepContext } from './step-context.ts';

const { listHistoryChats, importHistoryPages } =
  proxyActivities<Pick<HistoryImportActivities, 'listHistoryChats' | 'importHistoryPages'>>(importWork);

/** However long it is paused: looked at again after that, should a signal be lost. Soon at first, then rarely. */
const lookMs = (round: number): number => Math.min(60_000 * 2 ** round, 6 * 60 * 60 * 1_000);
/** The history's length at which it continues as new. */
const maxHistoryLength = 1_000;

/** Runs until the part is done. Fails with `import_cancelled` when the import was called off. */
export async function importHistoryPart(input: ImportHistoryPartInput): Promise<void> {
  const { part, stepNumber, carried, ...about } = input;
  const { tenantId, correlationId } = about;
  let changes = 0;
  let progress: ImportPartProgress = carried ?? { part, isPaused: false, sets: 0, tally: null };
  setHandler(defineSignal(importChangedSignal), () => {
    changes += 1;
  });
  setHandler(defineQuery<ImportPartProgress>(importProgressQuery), () => progress);
  const context = { correlationId, tenantId, sagaType: importHistorySagaType, sagaStep: part, stepNumber, undo: false };
  const run = part === 'chats' ? listHistoryChats : importHistoryPages;
  for (let paused = 0; ; ) {
    const seen = changes;
    const { standing, tally }: PageSet = await stepContext.run(context, () => run(about));
    progress = { part, isPaused: standing === 'paused', sets: progress.sets + 1, tally };
    if (standing === 'done') return;
    if (standing === 'cancelled') throw ApplicationFailure.nonRetryable('A person called it off.', 'import_cancelled');
    if (standing === 'paused') await condition(() => changes > seen, lookMs(paused));
    paused = standing === 'paused' ? paused + 1 : 0;
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    if (!continueAsNewSuggested && historyLength < maxHistoryLength) continue;
    await condition(allHandlersFinished);
    await continueAsNew<typeof importHistoryPart>({ ...input, carried: progress });
  }
}
