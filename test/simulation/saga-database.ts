// What a saga's activities do to the database, in memory: steps claimed in the commit of their effect, undone or forbidden, the saga's row sealed and ended.
import type { SealedSaga } from '../../activities/saga-activities.ts';
import type { StepContext } from '../../workflows/names.ts';
import { inboundAnswers } from '../support/inbound-answers.ts';

/** The steps of the saga that is simulated, by activity. */
export const stepActivities = [
  'validateInbound',
  'findOrCreateContact',
  'findOrStartSession',
  'storeMessage',
  'recordMessage',
  'requestEnrichment',
  'finishInbound',
] as const;

/** All activities that it may call. */
export const sagaActivityNames: readonly string[] = [
  ...stepActivities,
  'processInboundTogether',
  'undoFindOrCreateContact',
  'undoFindOrStartSession',
  'undoStoreMessage',
  'undoRecordMessage',
  'undoRequestEnrichment',
  'noteSaga',
  'noteSkip',
  'sealSaga',
  'settleInbound',
];

/** An activity that refuses for good. */
export class Refusal extends Error {}

const stepNames = ['validate', 'contact', 'session', 'message', 'record', 'enrichment', 'finish'];
const answers: Readonly<Record<string, unknown>> = { ...inboundAnswers, finishInbound: {} };

/** The database of one saga. */
export type SagaDatabase = ReturnType<typeof createSagaDatabase>;

/** Makes an empty one. `together`: the short path is open. `isWrong`: it forgets what was forbidden, and that it was sealed. */
export function createSagaDatabase(together: boolean, isWrong = false) {
  const steps = new Map<string, { state: 'done' | 'undone' | 'forbidden' | 'skipped'; number: number }>();
  const log: string[] = [];
  let ended: SealedSaga['ended'] = null;
  let reason: string | null = null;
  let isSealed = false;

  const step = (activity: string, { sagaStep, stepNumber }: StepContext): unknown => {
    const known = steps.get(sagaStep);
    if (known?.state === 'done') return answers[activity];
    if (!isWrong && (known || isSealed || ended !== null)) throw new Refusal('It comes too late.');
    steps.set(sagaStep, { state: 'done', number: stepNumber });
    log.push(sagaStep);
    if (activity === 'finishInbound') ended = 'completed';
    return answers[activity];
  };
  const undo = ({ sagaStep, stepNumber }: StepContext): void => {
    if (ended === null) isSealed = true;
    const known = steps.get(sagaStep);
    if (!known) steps.set(sagaStep, { state: 'forbidden', number: stepNumber });
    if (known?.state !== 'done') return;
    known.state = 'undone';
    log.push(`undo:${sagaStep}`);
  };
  const runTogether = (): readonly string[] | null => {
    if (!together) return null;
    if (steps.size > 0) return ended === 'completed' ? stepNames : null;
    if (isSealed || ended !== null) throw new Refusal('It comes too late.');
    for (const [index, name] of stepNames.entries()) steps.set(name, { state: 'done', number: index + 1 });
    log.push(...stepNames);
    ended = 'completed';
    return stepNames;
  };
  const seal = (): SealedSaga => {
    if (ended === null) isSealed = true;
    const done = [...steps].filter(([, { state }]) => state === 'done').map(([name, { number }]) => ({ name, number }));
    return { ended, reason, steps: done.sort((one, other) => one.number - other.number) };
  };

  return {
    /** Effects and their undoing, in the order of their commits. */
    log,
    ended: () => ended,
    reason: () => reason,
    /** Runs an activity: one commit. Throws a Refusal: for good. */
    run: (activity: string, context: StepContext, args: readonly unknown[]): unknown => {
      if (activity === 'processInboundTogether') return runTogether();
      if (activity === 'sealSaga') return seal();
      if (activity === 'noteSaga') return ended === null && (context.undo || !isSealed);
      if (activity === 'noteSkip') {
        const key = context.undo ? `undo:${context.sagaStep}` : context.sagaStep;
        if (!steps.has(key)) steps.set(key, { state: 'skipped', number: context.stepNumber });
        return undefined;
      }
      if (activity === 'settleInbound') {
        const outcome = args[1] as { state: 'compensated' | 'failed'; reason: string };
        if (ended === null) [ended, reason] = [outcome.state, outcome.reason];
        return undefined;
      }
      return activity.startsWith('undo') ? undo(context) : step(activity, context);
    },
  };
}
