// One contact's way through a campaign or sequence, from its first step to its end: waits until a step is due, and has it taken. Events are hints that reach it
// as signals; what is due, and whether, the activity reads from the rows. Months of waiting are few timers, and its history never grows long.
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  ContinueAsNew,
  condition,
  defineSignal,
  isCancellation,
  makeContinueAsNewFunc,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { EnrollmentActivities, TendedEnrollment } from '../activities/enrollments/enrollment-activities.ts';
import { databaseStep, sagaSettlement } from './activity-options.ts';
import { type EnrollmentInput, type EnrollmentResult, enrollmentNewsSignal, enrollmentSagaType } from './names.ts';
import { healMs, stuck } from './saga.ts';
import { describe, reasonOf } from './saga-failure.ts';
import { openRun, publish, type SagaRun, show, within } from './saga-run.ts';

const { tendEnrollment } = proxyLocalActivities<Pick<EnrollmentActivities, 'tendEnrollment'>>(databaseStep);
const { giveUpEnrollment } = proxyLocalActivities<Pick<EnrollmentActivities, 'giveUpEnrollment'>>(sagaSettlement);

/** Sent when something happened that may concern the enrolment; by hand: look now. */
const enrollmentNews = defineSignal(enrollmentNewsSignal);

const hourMs = 60 * 60 * 1_000;
/** Looked after at least that often, under signals that may be lost: rarely while a time is known, more often while it stands still. */
const longestWaitMs = { due: 24 * hourMs, held: 6 * hourMs };
/** The history's length at which it continues as new. */
const maxHistoryLength = 400;
const place = { name: 'tend', number: 1, undo: false };

/** What the workflow knows. `round`: how often in a row it could not be looked after. */
type Watch = { news: number; round: number; isShown: boolean };

/** Takes a contact through. */
export async function enrollment(input: EnrollmentInput): Promise<EnrollmentResult> {
  const { tenantId, enrollmentId, carried } = input;
  const run = openRun({
    sagaType: enrollmentSagaType,
    tenantId,
    correlationId: enrollmentId,
    timeoutMs: longestWaitMs.due,
  });
  run.done.push(...(carried?.stepsDone ?? []));
  const watch: Watch = { news: 0, round: carried?.round ?? 0, isShown: carried !== undefined };
  setHandler(enrollmentNews, () => {
    watch.news += 1;
  });
  try {
    for (;;) {
      if (isLong() && !run.aborted) await moveOn(run, watch, input);
      const seen = watch.news;
      const tended = await tend(run, watch, input);
      if (tended?.endReason) return end(run, tended.endReason);
      if (tended) await untilDue(run, watch, tended, seen);
    }
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    throw await giveUp(run, input, error);
  }
}

/** Goes on in a run of its own with an empty history; what it was told meanwhile it reads from the rows. */
async function moveOn(run: SagaRun, { round }: Watch, { tenantId, family, enrollmentId }: EnrollmentInput) {
  await condition(allHandlersFinished);
  const { typedSearchAttributes } = workflowInfo();
  const continueAsNew = makeContinueAsNewFunc<typeof enrollment>({ typedSearchAttributes });
  await continueAsNew({ tenantId, family, enrollmentId, carried: { round, stepsDone: run.done } });
}

/** Has what is due done. Stuck and shown when that can't be: then null, and it is to look again. */
async function tend(run: SagaRun, watch: Watch, input: EnrollmentInput): Promise<TendedEnrollment | null> {
  if (run.aborted) throw aborted();
  const { tenantId, family, enrollmentId } = input;
  try {
    const tended = await within(run, place, () =>
      tendEnrollment({ tenantId, family, enrollmentId }, watch.isShown && watch.round === 0),
    );
    watch.isShown = true;
    watch.round = 0;
    run.lastError = null;
    if (tended.did !== null) run.done.push(tended.did);
    run.step = tended.did ?? run.step;
    show(run);
    return tended;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failure = describe(error, place.name);
    const given = await stuck(run, place, {
      failure,
      signals: ['retry', 'abort'],
      healMs: healMs(watch.round),
      isOver: isLong,
    });
    if (given === 'abort') throw aborted();
    watch.round += 1;
    return null;
  }
}

const aborted = (): ApplicationFailure =>
  ApplicationFailure.nonRetryable('An operator gave the signal abort.', 'aborted');

async function untilDue(run: SagaRun, watch: Watch, { dueInMs }: TendedEnrollment, seen: number): Promise<void> {
  if (dueInMs === 0) return;
  const waitMs = dueInMs === null ? longestWaitMs.held : Math.min(dueInMs, longestWaitMs.due);
  await condition(() => watch.news > seen || run.aborted || isLong(), waitMs);
}

function isLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= maxHistoryLength;
}

function end(run: SagaRun, endReason: string): EnrollmentResult {
  run.state = 'completed';
  run.step = 'end';
  publish(run);
  return { state: 'completed', steps: run.done, endReason };
}

/** An operator's abort, or a cancellation: the contact leaves, and the list of sagas says so. */
async function giveUp(run: SagaRun, input: EnrollmentInput, error: unknown): Promise<unknown> {
  const cancelled = isCancellation(error);
  const reason = reasonOf(error, { aborted: run.aborted, cancelled });
  await CancellationScope.nonCancellable(() =>
    within(run, place, () => giveUpEnrollment(input, { state: 'failed', reason, step: run.step })),
  );
  run.state = 'failed';
  publish(run);
  if (cancelled) return error;
  return ApplicationFailure.nonRetryable(`${enrollmentSagaType} was failed: ${reason}`, 'saga_failed');
}
