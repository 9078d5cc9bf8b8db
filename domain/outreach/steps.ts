// The steps of a campaign or sequence: counted from 1, changed only while nothing runs, at most so many.
import { violated } from '../kernel/errors.ts';

/** What every step has. */
export type AnyStep = { readonly stepId: string; readonly stepType: string };

const mostSteps = 50;

/** Puts a step in at `order`, counted from 1; beyond the end: at the end. Throws for a step that is there already, or one too many. */
export function withStep<Step extends AnyStep>(steps: readonly Step[], step: Step, order?: number): Step[] {
  if (steps.some(({ stepId }) => stepId === step.stepId))
    throw violated('step_exists', 'A step with this id is there already: move it, or add one with another id.');
  if (steps.length >= mostSteps)
    throw violated('too_many_steps', `There are ${mostSteps} steps, which is the limit: remove one first.`);
  return steps.toSpliced(order === undefined ? steps.length : order - 1, 0, step);
}

/** Takes a step out. */
export function withoutStep<Step extends AnyStep>(steps: readonly Step[], stepId: string): Step[] {
  return steps.filter((step) => step.stepId !== stepId);
}

/** Where a step stands, counted from 1; 0: it is not there. */
export function orderOf(steps: readonly AnyStep[], stepId: string): number {
  return steps.findIndex((step) => step.stepId === stepId) + 1;
}

/** A step that was meant to be there, with its order. Throws for one that is not. */
export function foundStep<Step extends AnyStep>(steps: readonly Step[], stepId: string): { step: Step; order: number } {
  const order = orderOf(steps, stepId);
  const step = steps[order - 1];
  if (!step) throw violated('no_such_step', 'There is no step with this id: read the steps again.');
  return { step, order };
}
