// The saga framework: undo registered before do, undone in reverse order and non-cancellable, a time-out of its own, stuck-and-shown with signals.
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  patched,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { SagaActivities } from '../activities/saga-activities.ts';
import { sagaNote, sagaSettlement } from './activity-options.ts';
import type { SagaResult } from './names.ts';
import { describe, isFinal, reasonOf } from './saga-failure.ts';
import {
  type Decision,
  type Failure,
  openRun,
  publish,
  type SagaIdentity,
  type SagaRun,
  type Sealed,
  show,
  type Undo,
  within,
} from './saga-run.ts';

const { noteSaga } = proxyLocalActivities<Pick<SagaActivities, 'noteSaga'>>(sagaNote);
const { noteSkip, sealSaga, settleSaga } =
  proxyLocalActivities<Pick<SagaActivities, 'noteSkip' | 'sealSaga' | 'settleSaga'>>(sagaSettlement);

/** A stuck saga looks by itself whether the cause has passed: soon at first, then rarely, so that its history stays far below the server's limit. */
export const healMs = (round: number): number => Math.min(30_000 * 2 ** round, 15 * 60_000);

/** What a saga is: its type, whose it is, and how long it may take before it is compensated. */
export type SagaDefinition = SagaIdentity & {
  /** Writes the last word in one commit with what else hangs on the outcome; default: the saga's row alone. */
  readonly settle?: (outcome: SagaOutcome) => Promise<void>;
};

/** How a saga ended without completing. `reason` is a code or a short sentence without personal data. */
export type SagaOutcome = {
  readonly state: 'compensated' | 'failed';
  readonly reason: string;
  readonly step: string | null;
};

/** One step: what it does, what takes it back (must cope with a run that never took effect), and what `skip` stands for, if it may be skipped. */
export type Step<T> = {
  readonly run: () => Promise<T>;
  readonly undo?: () => Promise<unknown>;
  readonly skip?: () => T;
  /** The point of no return: not cancelled once begun; after it nothing stops the saga. */
  readonly final?: boolean;
};

/** What the body of a saga gets. */
export type Saga = {
  readonly step: <T>(name: string, step: Step<T>) => Promise<T>;
  /** Runs all steps as one commit, the last one included; gives the names of those done, or null: nothing of it took effect. */
  readonly together: (run: () => Promise<readonly string[] | null>) => Promise<readonly string[] | null>;
  /** Whether an operator gave it up: for a step that waits for long, which then ends by `throwIfAborted`. */
  readonly isAborted: () => boolean;
  readonly throwIfAborted: () => void;
  /** Runs what may take days so that the signal abort cancels it; else an abort waits for the end of the step. */
  readonly abortable: <T>(work: () => Promise<T>) => Promise<T>;
};

/**
 * Runs a saga's body. Returns what was done when it completed; else everything done is undone, and it throws: CancelledFailure or
 * ApplicationFailure `saga_compensated` / `saga_failed`.
 */
export async function runSaga(definition: SagaDefinition, body: (saga: Saga) => Promise<void>): Promise<SagaResult> {
  const run = openRun(definition, { hasSteps: true });
  const saga: Saga = {
    step: (name, step) => takeStep(run, name, step),
    together: (steps) => takeTogether(run, steps),
    isAborted: () => run.aborted,
    throwIfAborted: () => checkStopped(run),
    abortable: (work) => untilAborted(run, work),
  };
  try {
    await CancellationScope.withTimeout(definition.timeoutMs, () => body(saga));
    end(run, 'completed');
    return { state: 'completed', steps: run.done };
  } catch (error) {
    const cancelled = CancellationScope.current().consideredCancelled;
    const outcome = await CancellationScope.nonCancellable(() => goBack(run, definition, error, cancelled));
    if (outcome === null) return { state: 'completed', steps: stepsOf(run) };
    if (cancelled) throw isCancellation(error) ? error : new CancelledFailure('The saga was cancelled.');
    const message = `${definition.sagaType} was ${outcome.state}: ${outcome.reason}`;
    throw ApplicationFailure.create({ message, type: `saga_${outcome.state}`, nonRetryable: true });
  }
}

/** A saga that learns only from the database that it had completed knows its steps from there, too. */
function stepsOf({ sealed, done }: SagaRun): readonly string[] {
  return sealed ? sealed.steps.toSorted((one, other) => one.number - other.number).map(({ name }) => name) : done;
}

async function takeStep<T>(run: SagaRun, name: string, step: Step<T>): Promise<T> {
  run.step = name;
  run.stepNumber += 1;
  const place = { name, number: run.stepNumber, undo: false };
  await hold(run, place);
  // Registered first: a run whose answer was lost may have taken effect.
  if (step.undo) run.undos.push({ name, number: place.number, undo: step.undo });
  for (let round = 0; ; round += 1) {
    if (run.sealed) return passStep(run, run.sealed, place, step);
    try {
      checkStopped(run);
      const inPeace = step.final || run.committed;
      const result = await within(run, place, () =>
        inPeace ? CancellationScope.nonCancellable(step.run) : step.run(),
      );
      run.done.push(name);
      if (step.final) run.committed = true;
      show(run);
      return result;
    } catch (error) {
      if ((await afterFailure(run, place, step, { error, round })) === 'skip' && step.skip) {
        await leaveTrace(run, place);
        return step.skip();
      }
    }
  }
}

/** Nothing new is begun while an operator holds the saga; its time-out goes on. What stops it meanwhile is told by the step that comes next. */
async function hold(run: SagaRun, place: Place): Promise<void> {
  if (!run.paused || run.committed || run.sealed || run.aborted) return;
  run.state = 'paused';
  publish(run);
  const note = (state: 'paused' | 'running', reason: string) =>
    within(run, place, () => noteSaga({ state, reason })).catch(() => true);
  try {
    const isOpen = await note('paused', 'paused by an operator');
    await condition(() => !run.paused || run.aborted || !isOpen);
    if (!run.aborted && isOpen) await note('running', 'resumed by an operator');
  } catch (error) {
    if (!isStop(error)) throw error;
  }
  run.state = 'running';
  publish(run);
}

type Place = { readonly name: string; readonly number: number; readonly undo: boolean };

/** What comes after a step failed or was stopped; with `retry` a sealed saga finds out for itself whether it may. */
async function afterFailure(
  run: SagaRun,
  place: Place,
  { skip }: Pick<Step<unknown>, 'skip'>,
  { error, round }: { readonly error: unknown; readonly round: number },
): Promise<'retry' | 'skip'> {
  let cause = error;
  if (!isStop(error)) {
    run.lastError = describe(error, place.name);
    if (!isFinal(error)) {
      const heals = run.lastError.code === 'unavailable' ? { healMs: healMs(round) } : {};
      const signals: Decision[] = skip ? ['retry', 'skip', 'abort'] : ['retry', 'abort'];
      try {
        const given = await stuck(run, place, { failure: run.lastError, signals, ...heals });
        if (given !== 'abort') return given;
      } catch (stop) {
        cause = stop;
      }
    }
  }
  await seal(run, cause);
  return 'retry';
}

/** The way of a sealed saga: through the steps that are done, so that their undos are registered; at the first other one it turns back. */
async function passStep<T>(run: SagaRun, { ended, steps, cause }: Sealed, place: Place, step: Step<T>): Promise<T> {
  if (ended === null && steps.some(({ name }) => name === place.name)) {
    const result = await within(run, place, () => CancellationScope.nonCancellable(step.run));
    run.done.push(place.name);
    return result;
  }
  if (ended === null && step.skip && steps.some(({ number }) => number > place.number)) return step.skip();
  throw cause;
}

async function takeTogether(
  run: SagaRun,
  steps: () => Promise<readonly string[] | null>,
): Promise<readonly string[] | null> {
  try {
    const place = { name: 'together', number: 0, undo: false };
    await hold(run, place);
    checkStopped(run);
    const names = await within(run, place, () => CancellationScope.nonCancellable(steps));
    if (names === null) return null;
    run.done.push(...names);
    run.stepNumber = names.length;
    run.step = names.at(-1) ?? null;
    run.committed = true;
    return names;
  } catch (error) {
    // Nothing took effect, as far as can be told; one by one it shows which step it is.
    if (!isStop(error)) return null;
    const { ended, steps } = await seal(run, error);
    if (ended === null && steps.length > 0) return null;
    throw error;
  }
}

const abortedType = 'aborted';

async function untilAborted<T>(run: SagaRun, work: () => Promise<T>): Promise<T> {
  const scope = new CancellationScope();
  const watch = new CancellationScope();
  const watching = watch
    .run(() => condition(() => run.aborted))
    .then(
      () => scope.cancel(),
      () => undefined,
    );
  try {
    return await scope.run(work);
  } catch (error) {
    if (run.aborted && isCancellation(error)) checkStopped(run);
    throw error;
  } finally {
    watch.cancel();
    await watching;
  }
}

/** Nothing new is begun once the saga was cancelled, aborted or out of time. */
function checkStopped(run: SagaRun): void {
  if (run.committed || run.sealed) return;
  if (run.aborted) throw ApplicationFailure.nonRetryable('An operator gave the signal abort.', abortedType);
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('The saga was cancelled.');
}

function isStop(error: unknown): boolean {
  return isCancellation(error) || (error instanceof ApplicationFailure && error.type === abortedType);
}

/**
 * Closes the saga's row to further steps and learns how far it really came. A cancellation or a signal that arrives while local activities run
 * makes the server refuse what they did: the workflow is replayed without them and would not know what to undo, or that it had completed.
 * `cause` is why it goes back.
 */
async function seal(run: SagaRun, cause: unknown): Promise<Sealed> {
  if (run.sealed) return run.sealed;
  const place = { name: run.step ?? 'start', number: run.stepNumber, undo: true };
  const found = await CancellationScope.nonCancellable(() => within(run, place, sealSaga));
  run.sealed = { ...found, cause };
  return run.sealed;
}

/** Undoes what was done and writes the last word; null when the saga turns out to have completed. */
async function goBack(
  run: SagaRun,
  definition: SagaDefinition,
  error: unknown,
  cancelled: boolean,
): Promise<SagaOutcome | null> {
  const { ended, reason: known, cause } = await seal(run, error);
  const why = reasonOf(cause, { aborted: run.aborted, cancelled });
  const step = run.step;
  if (ended !== null) {
    end(run, ended);
    return ended === 'completed' ? null : { state: ended, reason: known ?? why, step };
  }
  const state = run.undos.length > 0 ? 'compensated' : 'failed';
  const kept = run.undos.length > 0 ? await undoAll(run) : [];
  const outcome = { state, reason: kept.length > 0 ? `${why} (not undone: ${kept.join(', ')})` : why, step } as const;
  const place = { name: step ?? 'start', number: run.stepNumber, undo: true };
  await within(run, place, () => definition.settle?.(outcome) ?? settleSaga(outcome));
  run.step = step;
  end(run, state);
  return outcome;
}

function end(run: SagaRun, state: 'completed' | SagaOutcome['state']): void {
  run.state = state;
  publish(run);
}

/** Undoes in reverse order; gives the names of those that an operator chose to leave. */
async function undoAll(run: SagaRun): Promise<readonly string[]> {
  run.state = 'compensating';
  publish(run);
  const kept: string[] = [];
  for (let next = run.undos.at(-1); next; next = run.undos.at(-1)) {
    const isUndone = await undoOne(run, next);
    (isUndone ? run.undone : kept).push(next.name);
    run.undos.pop();
  }
  return kept;
}

/** Tried for ever, and shown meanwhile: an undo is never given up by itself. */
async function undoOne(run: SagaRun, { name, number, undo }: Undo): Promise<boolean> {
  run.step = name;
  const place = { name, number, undo: true };
  for (let round = 0; ; round += 1) {
    try {
      await within(run, place, undo);
      return true;
    } catch (error) {
      const failure = describe(error, name);
      const given = await stuck(run, place, { failure, signals: ['retry', 'skip'], healMs: healMs(round) });
      if (given === 'skip') {
        await leaveTrace(run, place);
        return false;
      }
    }
  }
}

/** Writes down that an operator had this step, or this undo, left out. Sagas that began before this was written down do without. */
async function leaveTrace(run: SagaRun, place: Place): Promise<void> {
  if (patched('skips-are-noted')) await CancellationScope.nonCancellable(() => within(run, place, noteSkip));
}

/** Stuck and shown: waits for one of `signals`, for `healMs` when the cause may pass by itself, or until `isOver` says that another try is due anyhow. */
export async function stuck(
  run: SagaRun,
  place: Place,
  {
    failure,
    signals,
    healMs,
    isOver = () => false,
  }: {
    readonly failure: Failure;
    readonly signals: readonly Decision[];
    readonly healMs?: number;
    readonly isOver?: () => boolean;
  },
): Promise<Decision> {
  const resume = run.state;
  run.state = 'stuck';
  run.lastError = failure;
  run.waiting = signals;
  run.decision = undefined;
  publish(run);
  const note = { state: 'stuck', reason: `${failure.code}: ${failure.message}` } as const;
  const isOpen = await within(run, place, () => noteSaga(note)).catch(() => true);
  // The database says that the saga has ended: there is nothing to wait for.
  const isAborted = () => (run.aborted || !isOpen) && !place.undo;
  const isDecided = () => run.decision !== undefined || isAborted() || isOver();
  try {
    if (healMs === undefined) await condition(isDecided);
    else await condition(isDecided, healMs);
  } finally {
    run.waiting = [];
    run.state = resume;
  }
  const given = run.decision ?? (isAborted() ? 'abort' : 'retry');
  publish(run);
  return given;
}
