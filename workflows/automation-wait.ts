// A waiting automation: from the event that began it until its time is over, or something ends it. Events and edits are hints that reach it as signals; what
// holds the activity reads from the rows. It looks ever more often towards the end, so that its history stays short however long it waits.
import { condition, defineSignal, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { WaitActivities } from '../activities/automation-waits/wait-activities.ts';
import { databaseStep, sagaSettlement } from './activity-options.ts';
import { type AutomationWaitInput, automationWaitSagaType, type SagaResult, waitNewsSignal } from './names.ts';
import { runSaga, type Saga } from './saga.ts';

const { tendAutomationWait } = proxyLocalActivities<Pick<WaitActivities, 'tendAutomationWait'>>(databaseStep);
const { giveUpAutomationWait } = proxyLocalActivities<Pick<WaitActivities, 'giveUpAutomationWait'>>(sagaSettlement);

/** Sent for what may end or change the waiting. */
const waitNews = defineSignal(waitNewsSignal);

const minute = 60_000;
/** Longer than any trigger waits, with time for a cause that passes. */
const timeoutMs = 400 * 24 * 60 * minute;
/** Under the signals, which may be lost: a year has some 150 of these looks, a day some 40. */
const lookAgainMs = (dueInMs: number): number => Math.min(dueInMs, Math.max(15 * minute, Math.ceil(dueInMs / 20)));

/** Waits, and has the rules evaluated at the end. */
export async function automationWait(input: AutomationWaitInput): Promise<SagaResult> {
  let news = 0;
  setHandler(waitNews, () => {
    news += 1;
  });
  const { tenantId, correlationId } = input;
  return runSaga(
    {
      sagaType: automationWaitSagaType,
      tenantId,
      correlationId,
      timeoutMs,
      settle: (outcome) => giveUpAutomationWait(input, outcome),
    },
    async (saga) => {
      await saga.step('wait', { run: () => untilOver(saga, input, () => news) });
    },
  );
}

async function untilOver(
  { isAborted, throwIfAborted }: Saga,
  input: AutomationWaitInput,
  heard: () => number,
): Promise<void> {
  for (;;) {
    const seen = heard();
    const { dueInMs } = await tendAutomationWait(input);
    if (dueInMs === null) return;
    await condition(() => heard() > seen || isAborted(), lookAgainMs(dueInMs));
    throwIfAborted();
  }
}
