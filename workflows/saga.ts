// The saga framework: undo registered before do, undone in reverse order and non-cancellable, a time-out of its own, stuck-and-shown with signals.
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { SagaActivities } from '../activities/saga-activities.ts';
import { sagaNote, sagaSettlement } from './activity-options.ts';
import { type SagaState, type SagaStatus, sagaSignals, searchAttributes, statusQuery } from './names.ts';
import { stepContext } from './step-context.ts';

const { noteSaga } = proxyLocalActivities<Pick<SagaActivities, 'noteSaga'>>(sagaNote);
const { settleSaga } = proxyLocalActivities<Pick<SagaActivities, 'settleSaga'>>(sagaSettlement);

/** While a saga is stuck because something was out of reach, it looks by itself whether that is back. */
const selfHealingMs = 30_000;

/** What a saga is: its type, whose it is, and how long it may take before it is compensated. */
export type SagaDefinition = {
  readonly sagaType: string;
  readonly tenantId: string;
  readonly correlationId: string;
  readonly timeoutMs: number;
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
  /** The saga's last commit: not cancelled once begun, nothing is undone after it. */
  readonly final?: boolean;
};

/** What the body of a saga gets. */
export type Saga = {
  readonly step: <T>(name: string, step: Step<T>) => Promise<T>;
  /** Runs all steps as one commit, the last one included; gives the names of those done, or null: nothing of it took effect. */
  readonly together: (run: () => Promise<readonly string[] | null>) => Promise<readonly string[] | null>;
};

type Decision = keyof typeof sagaSignals;
type Failure = { readonly code: string; readonly message: string; readonly step: string };

/** Runs a saga's body. Returns when it completed; else everything done is undone, and it throws: CancelledFailure or ApplicationFailure `saga_compensated` / `saga_failed`. */
export async function runSaga(definition: SagaDefinition, body: (saga: Saga) => Promise<void>): Promise<void> {
  const { sagaType, tenantId, correlationId } = definition;
  const started = Date.now();
  let state: SagaState = 'running';
  let current: string | null = null;
  let lastError: Failure | null = null;
  let decision: Decision | undefined;
  let aborted = false;
  let waiting: readonly Decision[] = [];
  let stepNumber = 0;
  const done: string[] = [];
  const undone: string[] = [];
  const undos: { readonly name: string; readonly number: number; readonly undo: () => Promise<unknown> }[] = [];

  const take = (given: Decision) => () => {
    if (waiting.includes(given)) decision = given;
    // An abort counts at any time; what runs is finished first, then undone.
    if (given === 'abort' && state !== 'compensating') aborted = true;
  };
  // Handlers before the first await: a signal may be there already.
  for (const name of Object.keys(sagaSignals) as Decision[]) setHandler(defineSignal(name), take(name));
  setHandler(defineQuery<SagaStatus>(statusQuery), () => ({
    sagaType,
    correlationId,
    state,
    step: current,
    stepsDone: done,
    undosDone: undone,
    undosOpen: undos.map(({ name }) => name).reverse(),
    lastError,
    signals: waiting.length > 0 ? waiting : state === 'running' ? ['abort'] : [],
    deadlineAt: new Date(started + definition.timeoutMs).toISOString(),
  }));

  const show = (): void =>
    setCurrentDetails(
      `**${sagaType}** ${state}${current ? ` at \`${current}\`` : ''}; done: ${done.join(' → ') || 'nothing yet'}`,
    );
  const publish = (): void => {
    upsertSearchAttributes([
      { key: searchAttributes.sagaState, value: state },
      ...(current === null ? [] : [{ key: searchAttributes.sagaStep, value: current }]),
    ]);
    show();
  };
  const within = <T>(name: string, number: number, undo: boolean, work: () => Promise<T>): Promise<T> =>
    stepContext.run({ correlationId, sagaType, sagaStep: name, stepNumber: number, tenantId, undo }, work);

  /** Stuck and shown: waits for one of `signals`, or for `healMs` when the cause may pass by itself. */
  async function stuck(
    signals: readonly Decision[],
    failure: Failure,
    resume: SagaState,
    healMs?: number,
  ): Promise<Decision> {
    state = 'stuck';
    lastError = failure;
    waiting = signals;
    decision = undefined;
    publish();
    await within(failure.step, stepNumber, resume === 'compensating', () =>
      noteSaga({ state: 'stuck', reason: `${failure.code}: ${failure.message}` }),
    ).catch(ignore);
    try {
      if (healMs === undefined) await condition(() => decision !== undefined || aborted);
      else await condition(() => decision !== undefined || aborted, healMs);
    } finally {
      waiting = [];
      state = resume;
    }
    const given = decision ?? (aborted && resume === 'running' ? 'abort' : 'retry');
    publish();
    return given;
  }

  async function step<T>(name: string, { run, undo, skip, final }: Step<T>): Promise<T> {
    current = name;
    stepNumber += 1;
    const number = stepNumber;
    checkCancelled();
    // Registered first: a run whose answer was lost may have taken effect.
    if (undo) undos.push({ name, number, undo });
    for (;;) {
      try {
        const result = await within(name, number, false, () => (final ? CancellationScope.nonCancellable(run) : run()));
        done.push(name);
        show();
        if (!final) checkCancelled();
        return result;
      } catch (error) {
        if (isCancellation(error)) throw error;
        const failure = describe(error, name);
        lastError = failure;
        if (isFinal(error)) throw error;
        const given = await stuck(
          skip ? ['retry', 'skip', 'abort'] : ['retry', 'abort'],
          failure,
          'running',
          failure.code === 'unavailable' ? selfHealingMs : undefined,
        );
        if (given === 'abort') throw error;
        if (given === 'skip' && skip) return skip();
      }
    }
  }

  async function together(run: () => Promise<readonly string[] | null>): Promise<readonly string[] | null> {
    checkCancelled();
    try {
      const names = await within('together', 0, false, () => CancellationScope.nonCancellable(run));
      if (names === null) return null;
      done.push(...names);
      stepNumber = names.length;
      current = names.at(-1) ?? null;
      return names;
    } catch {
      // Nothing took effect; one by one it shows which step it is.
      return null;
    }
  }

  function checkCancelled(): void {
    if (aborted) throw ApplicationFailure.nonRetryable('An operator gave the signal abort.', 'aborted');
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('The saga was cancelled.');
  }

  async function compensate(): Promise<void> {
    state = 'compensating';
    publish();
    for (let next = undos.at(-1); next; next = undos.at(-1)) {
      const { name, number, undo } = next;
      current = name;
      try {
        await within(name, number, true, undo);
        undone.push(name);
        undos.pop();
      } catch (error) {
        // Retried for ever, and shown meanwhile: an undo is never given up by itself.
        const given = await stuck(['retry', 'skip'], describe(error, name), 'compensating', selfHealingMs);
        if (given === 'skip') undos.pop();
      }
    }
  }

  show();
  try {
    await CancellationScope.withTimeout(definition.timeoutMs, () => body({ step, together }));
    state = 'completed';
    publish();
  } catch (error) {
    const cancelledFromOutside = CancellationScope.current().consideredCancelled;
    const reason = reasonOf(error, cancelledFromOutside, aborted);
    const hadEffects = undos.length > 0;
    const failedStep = current;
    await CancellationScope.nonCancellable(async () => {
      if (hadEffects) await compensate();
      state = hadEffects ? 'compensated' : 'failed';
      current = failedStep;
      publish();
      const outcome = { state, reason, step: failedStep } as const;
      await within(failedStep ?? 'start', stepNumber, true, () => definition.settle?.(outcome) ?? settleSaga(outcome));
    });
    if (cancelledFromOutside) throw error;
    throw ApplicationFailure.create({
      message: `${sagaType} was ${state}: ${reason}`,
      type: `saga_${state}`,
      nonRetryable: true,
    });
  }
}

function ignore(): void {}

/** Tells whether trying again is pointless: the activity said so. */
function isFinal(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

/** A remote activity's failure comes wrapped, a local one's comes as it is. */
function causeOf(error: unknown): unknown {
  return error instanceof ActivityFailure ? error.cause : error;
}

function describe(error: unknown, step: string): Failure {
  const cause = causeOf(error);
  if (cause instanceof ApplicationFailure) return { code: cause.type ?? 'internal', message: cause.message, step };
  return {
    code: cause instanceof Error ? cause.name : 'internal',
    message: cause instanceof Error ? cause.message : 'unknown',
    step,
  };
}

function reasonOf(error: unknown, cancelled: boolean, aborted: boolean): string {
  if (aborted) return 'aborted';
  if (cancelled) return 'cancelled';
  if (isCancellation(error)) return 'timed_out';
  const { code, message } = describe(error, '');
  return `${code}: ${message}`;
}
