// A contact's way through a campaign, with the steps it entered with. The row is the truth.
import { type CampaignStep, dueAt, requireRunnable, targetOf } from '../campaign/steps.ts';
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { type Course, courseOf, currentStep, evolveCourse, noCourse } from '../outreach/course.ts';
import { orderOf } from '../outreach/steps.ts';
import type { CampaignEnrollmentCommand } from './commands.ts';
import type { CampaignEnrollmentEvent } from './events.ts';

/** An enrolment's state. Times are ISO 8601. */
export type CampaignEnrollment = Course<CampaignStep> & { readonly campaignId: string };

type Advance = Extract<CampaignEnrollmentCommand, { type: 'campaign_enrollment.advance' }>;

export const campaignEnrollment = defineAggregate<
  CampaignEnrollment,
  CampaignEnrollmentCommand,
  CampaignEnrollmentEvent
>({
  aggregate: 'campaign_enrollment',
  storage: 'state',
  initialState: () => ({ ...noCourse, campaignId: '' }),
  decide,
  evolve,
});

function decide(command: CampaignEnrollmentCommand, state: CampaignEnrollment): CampaignEnrollmentEvent[] {
  const { at } = command;
  if (command.type === 'campaign_enrollment.enroll') {
    if (state.createdAt !== null) throw violated('enrollment_exists', 'An enrolment with this id exists already.');
    const { enrollmentId, campaignId, contactId, steps } = command.data;
    requireRunnable(steps);
    const data = { enrollmentId, campaignId, contactId, nextScheduledAt: dueAt(steps[0], at) };
    return [{ type: 'campaign.contact_enrolled', data }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such enrolment.');
  const about = { enrollmentId: state.id, campaignId: state.campaignId, contactId: state.contactId };
  const course = courseOf('campaign', about, state);
  switch (command.type) {
    case 'campaign_enrollment.advance': {
      const order = nextOrder(command, state);
      if (order === undefined) return [];
      if (order === null) return course.exit('condition_not_met', at);
      return course.goTo(order, dueAt(state.steps[order - 1], at), at);
    }
    case 'campaign_enrollment.pause':
      return course.pause();
    case 'campaign_enrollment.resume':
      return course.resume();
    case 'campaign_enrollment.exit':
      return course.exit(command.data.reason, at);
  }
}

/** Where the step's outcome leads; null: out of the campaign, undefined: nowhere, it was told before. */
function nextOrder({ data: { stepId, outcome }, at }: Advance, state: CampaignEnrollment): number | null | undefined {
  const { stepType } = state.steps.find((step) => step.stepId === stepId) ?? {};
  // What is waited for comes before the time-out; everything else has its time.
  const step = currentStep(state, stepId, { at, early: stepType === 'wait' && outcome === 'done' });
  if (!step) return undefined;
  const fits =
    outcome === 'done' || (outcome === 'timed_out' ? step.stepType === 'wait' : step.stepType === 'condition');
  if (!fits)
    throw violated('outcome_impossible', `A ${step.stepType} step does not end with ${outcome}: say how it ended.`);
  if (outcome === 'done') return state.currentStepOrder + 1;
  const target = targetOf(step);
  if (target !== undefined) return orderOf(state.steps, target);
  return outcome === 'not_met' ? null : state.currentStepOrder + 1;
}

function evolve(
  state: CampaignEnrollment,
  event: CampaignEnrollmentEvent,
  command: CampaignEnrollmentCommand,
): CampaignEnrollment {
  if (event.type !== 'campaign.contact_enrolled') return evolveCourse(state, event, command.at);
  if (command.type !== 'campaign_enrollment.enroll') return state;
  const { enrollmentId, ...data } = command.data;
  return { ...state, ...data, id: enrollmentId, nextScheduledAt: event.data.nextScheduledAt, createdAt: command.at };
}
