// One run of a saga as its readers see it: the query, the signals, the search attributes, and what its steps are told.
import { defineQuery, defineSignal, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import type { SealedSaga } from '../activities/saga-activities.ts';
import { holdSignals, type SagaState, type SagaStatus, sagaSignals, searchAttributes, statusQuery } from './names.ts';
import { stepContext } from './step-context.ts';

/** What an operator can decide. */
export type Decision = keyof typeof sagaSignals;

/** Why a step or an undo failed. `code` is of the table of errors, or the failure's own name. */
export type Failure = { readonly code: string; readonly message: string; readonly step: string };

/** What takes a step back. */
export type Undo = { readonly name: string; readonly number: number; readonly undo: () => Promise<unknown> };

/** How far a saga had come when it turned back, as the database says, and why it did. */
export type Sealed = SealedSaga & { readonly cause: unknown };

/** What a saga is called and how long it may take. */
export type SagaIdentity = {
  readonly sagaType: string;
  readonly tenantId: string;
  readonly correlationId: string;
  readonly timeoutMs: number;
};

/** Where a run is. `waiting`: the signals it stands still for. `paused`: an operator holds it, or will before the next step; null: it has no steps to hold it before. `committed`: its last word is written, nothing stops it any more. */
export type SagaRun = {
  readonly saga: SagaIdentity;
  state: SagaState;
  step: string | null;
  stepNumber: number;
  lastError: Failure | null;
  waiting: readonly Decision[];
  decision: Decision | undefined;
  aborted: boolean;
  paused: boolean | null;
  committed: boolean;
  /** Set as soon as the saga goes back: how far it had really come. */
  sealed: Sealed | null;
  readonly done: string[];
  readonly undone: string[];
  readonly undos: Undo[];
};

/** Opens a run: its handlers stand before the first await, because a signal may be there already. `hasSteps`: it can be paused between them. */
export function openRun(saga: SagaIdentity, { hasSteps = false }: { readonly hasSteps?: boolean } = {}): SagaRun {
  const run: SagaRun = {
    saga,
    state: 'running',
    step: null,
    stepNumber: 0,
    lastError: null,
    waiting: [],
    decision: undefined,
    aborted: false,
    paused: hasSteps ? false : null,
    committed: false,
    sealed: null,
    done: [],
    undone: [],
    undos: [],
  };
  const deadlineAt = new Date(Date.now() + saga.timeoutMs).toISOString();
  for (const name of Object.keys(sagaSignals) as Decision[]) setHandler(defineSignal(name), () => decide(run, name));
  if (hasSteps) {
    setHandler(defineSignal(holdSignals.pause), () => {
      run.paused = true;
    });
    setHandler(defineSignal(holdSignals.resume), () => {
      run.paused = false;
    });
  }
  setHandler(defineQuery<SagaStatus>(statusQuery), () => statusOf(run, deadlineAt));
  show(run);
  return run;
}

/** The first decision counts: a replay that sees more signals than the run before it must decide as that one did. */
function decide(run: SagaRun, given: Decision): void {
  if (run.waiting.includes(given)) run.decision ??= given;
  // An abort counts at any time; what runs is finished first, then undone.
  if (given === 'abort') run.aborted = true;
}

/** What a run says of itself. */
export function statusOf(run: SagaRun, deadlineAt: string): SagaStatus {
  const { saga, state, step } = run;
  return {
    sagaType: saga.sagaType,
    correlationId: saga.correlationId,
    state,
    step,
    stepsDone: run.done,
    undosDone: run.undone,
    undosOpen: run.undos.map(({ name }) => name).reverse(),
    lastError: run.lastError,
    signals: signalsOf(run),
    deadlineAt,
  };
}

function signalsOf({ waiting, state, paused, committed, sealed }: SagaRun): readonly string[] {
  if (state !== 'running' && state !== 'paused' && state !== 'stuck') return [];
  const steering = state === 'stuck' ? waiting : ['abort'];
  // Nothing is held of one that is at its last step, or goes back.
  if (paused === null || committed || sealed) return steering;
  return [...steering, paused ? holdSignals.resume : holdSignals.pause];
}

/** Writes the run's state to where it can be seen without asking the workflow. */
export function publish(run: SagaRun): void {
  upsertSearchAttributes([
    { key: searchAttributes.sagaState, value: run.state },
    ...(run.step === null ? [] : [{ key: searchAttributes.sagaStep, value: run.step }]),
  ]);
  show(run);
}

/** The line on the workflow's page in the Temporal UI. */
export function show({ saga, state, step, done }: SagaRun): void {
  setCurrentDetails(
    `**${saga.sagaType}** ${state}${step ? ` at \`${step}\`` : ''}; done: ${done.join(' → ') || 'nothing yet'}`,
  );
}

/** Runs `work` so that its activities know which step, or which undo, they are for. */
export function within<T>(
  { saga }: SagaRun,
  step: { readonly name: string; readonly number: number; readonly undo: boolean },
  work: () => Promise<T>,
): Promise<T> {
  const { sagaType, tenantId, correlationId } = saga;
  const context = { correlationId, sagaType, sagaStep: step.name, stepNumber: step.number, tenantId, undo: step.undo };
  return stepContext.run(context, work);
}
