// The steps of a campaign: what each kind does, and where it may lead. A way only leads forward, so that every way ends.
import { z } from 'zod';
import { violated } from '../kernel/errors.ts';
import { givenId } from '../kernel/fields.ts';
import { addMilliseconds } from '../kernel/time.ts';
import { conditionSchema } from '../outreach/condition.ts';
import { delayMs, delaySchema } from '../outreach/delay.ts';
import { orderOf } from '../outreach/steps.ts';

/** The kinds of step. */
export const campaignStepTypes = ['broadcast', 'sequence', 'delay', 'condition', 'wait'] as const;

const hourMs = 3_600_000;

/** The schema of a step whose id has this schema. `elseStepId`: where to go when the condition does not hold (left out: out of the campaign); `timeoutStepId`: where to go when what is waited for did not come in time (left out: on). */
export function campaignStepWith<StepId extends z.ZodType>(stepId: StepId) {
  return z.discriminatedUnion('stepType', [
    z.object({ stepId, stepType: z.literal('broadcast'), broadcastId: givenId }),
    z.object({ stepId, stepType: z.literal('sequence'), sequenceId: givenId }),
    z.object({ stepId, stepType: z.literal('delay'), delay: delaySchema }),
    z.object({ stepId, stepType: z.literal('condition'), condition: conditionSchema, elseStepId: givenId.optional() }),
    z.object({
      stepId,
      stepType: z.literal('wait'),
      waitFor: z.enum(['reply', 'click', 'open']),
      timeoutHours: z.number().int().min(1).max(8760),
      timeoutStepId: givenId.optional(),
    }),
  ]);
}

/** A step as it is kept. */
export const campaignStepSchema = campaignStepWith(givenId);
/** A step. */
export type CampaignStep = z.infer<typeof campaignStepSchema>;
/** What a step does, whatever its id is. */
export type StepContent = CampaignStep extends infer Step
  ? Step extends CampaignStep
    ? Omit<Step, 'stepId'>
    : never
  : never;

/** When a step that is reached at `at` is due: a delay's end, a wait's time-out, else at once. */
export function dueAt(step: CampaignStep | undefined, at: string): string {
  if (step?.stepType === 'delay') return addMilliseconds(at, delayMs(step.delay));
  if (step?.stepType === 'wait') return addMilliseconds(at, step.timeoutHours * hourMs);
  return at;
}

/** Throws when the steps can't be run: none at all, or one that leads to a step that is not there or not behind it. */
export function requireRunnable(steps: readonly CampaignStep[]): void {
  if (steps.length === 0) throw violated('campaign_without_steps', 'The campaign has no steps: add one first.');
  for (const [index, step] of steps.entries()) {
    const target = targetOf(step);
    if (target === undefined) continue;
    const order = orderOf(steps, target);
    if (order === 0)
      throw violated('step_target_missing', `Step ${index + 1} leads to a step that is not there: add ${target}.`);
    if (order <= index + 1)
      throw violated('step_target_not_later', `Step ${index + 1} leads back to step ${order}: it can only go forward.`);
  }
}

/** The step to which the other way out leads. */
export function targetOf(step: CampaignStep): string | undefined {
  if (step.stepType === 'condition') return step.elseStepId;
  return step.stepType === 'wait' ? step.timeoutStepId : undefined;
}
