// One session, from its start to its end: waits until something is due in it, and has it done. Events are hints that reach it as signals; what is due, and
// whether, the activity reads from the rows. A message that moves everything on wakes nobody: the timer that stands looks anew when it goes off.
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  ContinueAsNew,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  makeContinueAsNewFunc,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { SagaActivities } from '../activities/saga-activities.ts';
import type { SessionActivities, Tended } from '../activities/session-lifecycle/session-activities.ts';
import { databaseStep, sagaSettlement } from './activity-options.ts';
import {
  type SessionLifecycleInput,
  type SessionLifecycleResult,
  type SessionLifecycleStatus,
  type SessionNews,
  sessionNewsSignal,
  sessionSagaType,
  statusQuery,
} from './names.ts';
import { healMs, stuck } from './saga.ts';
import { describe, reasonOf } from './saga-failure.ts';
import { openRun, publish, type SagaRun, show, statusOf, within } from './saga-run.ts';

const { tendSession } = proxyLocalActivities<Pick<SessionActivities, 'tendSession'>>(databaseStep);
const { settleSaga } = proxyLocalActivities<Pick<SagaActivities, 'settleSaga'>>(sagaSettlement);

/** Sent with what happened in the session; by hand without anything: look now. */
const sessionNews = defineSignal<[SessionNews?]>(sessionNewsSignal);

/** Looked after at least that often: policies change, and agents come. */
const longestWaitMs = 60 * 60 * 1_000;
/** The history's length at which it continues as new. Short: whenever a task fails it is read again, and meanwhile signals come that make it longer. */
const maxHistoryLength = 400;
const place = { name: 'tend', number: 1, undo: false };
type Carried = NonNullable<SessionLifecycleInput['carried']>;

/** Of a session that nobody has looked after yet. */
const fresh: Carried = { messages: 0, round: 0, runs: 0, stepsDone: [], plan: null };

/** What the workflow knows. `dueMs`: when to look; `heardMs`: the last message heard of since the last look began. Milliseconds of the epoch. */
type Watch = {
  messages: number;
  /** How often in a row it could not be looked after. */
  round: number;
  look: boolean;
  heardMs: number | null;
  dueMs: number;
  dueKind: string | null;
  soonestMs: number | null;
};

/** Looks after a session until it has ended, whoever ended it. */
export async function sessionLifecycle(input: SessionLifecycleInput): Promise<SessionLifecycleResult> {
  const { tenantId, sessionId, carried = fresh } = input;
  const run = openRun({ sagaType: sessionSagaType, tenantId, correlationId: sessionId, timeoutMs: longestWaitMs });
  run.done.push(...carried.stepsDone);
  const watch: Watch = {
    messages: carried.messages,
    round: carried.round,
    look: carried.plan === null,
    heardMs: null,
    ...(carried.plan ?? { dueMs: Date.now(), dueKind: null, soonestMs: null }),
  };
  setHandler(sessionNews, (news = { messages: 0, lastMessageAt: null, look: true }) => hear(watch, news));
  setHandler(defineQuery<SessionLifecycleStatus>(statusQuery), () => ({
    ...statusOf(run, new Date(watch.dueMs).toISOString()),
    sessionId,
    messages: watch.messages,
    runs: carried.runs,
    due: watch.dueKind === null ? null : { what: watch.dueKind, at: new Date(watch.dueMs).toISOString() },
  }));
  try {
    for (;;) {
      await untilDue(run, watch);
      // Before the rows are read: that takes time, in which more may come.
      if (isLong() && !run.aborted) await moveOn(run, watch, input);
      const endReason = await tend(run, watch, input);
      if (endReason !== null) return end(run, endReason);
    }
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    throw await giveUp(run, error);
  }
}

/** Only what is due sooner than the timer that stands moves it. */
function hear(watch: Watch, { messages, lastMessageAt, look }: SessionNews): void {
  watch.messages += messages;
  if (look) watch.look = true;
  if (lastMessageAt === null) return;
  watch.heardMs = Math.max(watch.heardMs ?? 0, Date.parse(lastMessageAt));
  hurry(watch);
}

function hurry(watch: Watch): void {
  if (watch.heardMs === null || watch.soonestMs === null) return;
  watch.dueMs = Math.min(watch.dueMs, watch.heardMs + watch.soonestMs);
}

/** Goes on in a run of its own with an empty history. What is planned is carried, so that the new one begins without reading the rows. */
async function moveOn(run: SagaRun, watch: Watch, { tenantId, sessionId, carried = fresh }: SessionLifecycleInput) {
  await condition(allHandlersFinished);
  const { typedSearchAttributes } = workflowInfo();
  const { messages, round, look, dueMs, dueKind, soonestMs } = watch;
  const plan = look ? null : { dueMs, dueKind, soonestMs };
  const next = { messages, round, runs: carried.runs + 1, stepsDone: run.done, plan };
  const continueAsNew = makeContinueAsNewFunc<typeof sessionLifecycle>({ typedSearchAttributes });
  await continueAsNew({ tenantId, sessionId, carried: next });
}

/** Has what is due done; gives why the session ended. Stuck and shown when that can't be: then it is to look again. */
async function tend(
  run: SagaRun,
  watch: Watch,
  { tenantId, sessionId }: SessionLifecycleInput,
): Promise<string | null> {
  if (run.aborted) throw aborted();
  watch.look = false;
  watch.heardMs = null;
  try {
    const tended = await within(run, place, () => tendSession({ tenantId, sessionId }, watch.round > 0));
    run.done.push(...tended.did.filter((what) => !run.done.includes(what)));
    run.lastError = null;
    watch.round = 0;
    plan(run, watch, tended);
    return tended.endReason;
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
    watch.look = true;
    return null;
  }
}

const aborted = (): ApplicationFailure =>
  ApplicationFailure.nonRetryable('An operator gave the signal abort.', 'aborted');

function plan(run: SagaRun, watch: Watch, { due, soonestAfterMessageMs }: Tended): void {
  watch.dueMs = Date.now() + Math.min(due?.inMs ?? longestWaitMs, longestWaitMs);
  watch.dueKind = due?.what ?? null;
  watch.soonestMs = soonestAfterMessageMs;
  // It may have come while the rows were read.
  hurry(watch);
  run.step = watch.dueKind;
  show(run);
}

async function untilDue(run: SagaRun, watch: Watch): Promise<void> {
  for (;;) {
    const plannedMs = watch.dueMs;
    const isWanted = (): boolean => watch.look || run.aborted || isLong();
    const waitMs = plannedMs - Date.now();
    if (isWanted() || waitMs <= 0) return;
    if (!(await condition(() => isWanted() || watch.dueMs < plannedMs, waitMs))) return;
  }
}

function isLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= maxHistoryLength;
}

function end(run: SagaRun, endReason: string): SessionLifecycleResult {
  run.state = 'completed';
  run.step = 'end';
  publish(run);
  return { state: 'completed', steps: run.done, endReason };
}

/** An operator's abort, or a cancellation: nobody looks after the session any more, and the list of sagas says so. */
async function giveUp(run: SagaRun, error: unknown): Promise<unknown> {
  const cancelled = isCancellation(error);
  const reason = reasonOf(error, { aborted: run.aborted, cancelled });
  await CancellationScope.nonCancellable(() =>
    within(run, place, () => settleSaga({ state: 'failed', reason, step: run.step })),
  );
  run.state = 'failed';
  publish(run);
  if (cancelled) return error;
  return ApplicationFailure.nonRetryable(`${sessionSagaType} was failed: ${reason}`, 'saga_failed');
}
