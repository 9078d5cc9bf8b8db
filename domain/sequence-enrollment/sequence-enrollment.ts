// A contact's way through a sequence, with the steps it entered with. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { addMilliseconds } from '../kernel/time.ts';
import { type Course, courseOf, currentStep, evolveCourse, noCourse } from '../outreach/course.ts';
import { delayMs } from '../outreach/delay.ts';
import type { SequenceStep } from '../sequence/sequence.ts';
import type { SequenceEnrollmentCommand } from './commands.ts';
import type { SequenceEnrollmentEvent } from './events.ts';

/** An enrolment's state. Times are ISO 8601. */
export type SequenceEnrollment = Course<SequenceStep> & { readonly sequenceId: string };

export const sequenceEnrollment = defineAggregate<
  SequenceEnrollment,
  SequenceEnrollmentCommand,
  SequenceEnrollmentEvent
>({
  aggregate: 'sequence_enrollment',
  storage: 'state',
  initialState: () => ({ ...noCourse, sequenceId: '' }),
  decide,
  evolve,
});

function decide(command: SequenceEnrollmentCommand, state: SequenceEnrollment): SequenceEnrollmentEvent[] {
  const { at } = command;
  if (command.type === 'sequence_enrollment.enroll') {
    if (state.createdAt !== null) throw violated('enrollment_exists', 'An enrolment with this id exists already.');
    const { enrollmentId, sequenceId, contactId, steps } = command.data;
    const data = { enrollmentId, sequenceId, contactId, nextScheduledAt: dueAt(steps[0], at) };
    return [{ type: 'sequence.contact_enrolled', data }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such enrolment.');
  const about = { enrollmentId: state.id, sequenceId: state.sequenceId, contactId: state.contactId };
  const course = courseOf('sequence', about, state);
  switch (command.type) {
    case 'sequence_enrollment.advance': {
      if (!currentStep(state, command.data.stepId, { at })) return [];
      const order = state.currentStepOrder + 1;
      return course.goTo(order, dueAt(state.steps[order - 1], at), at);
    }
    case 'sequence_enrollment.pause':
      return course.pause();
    case 'sequence_enrollment.resume':
      return course.resume();
    case 'sequence_enrollment.exit':
      return course.exit(command.data.reason, at);
  }
}

/** When a step is due that is begun at `at`. */
const dueAt = (step: Pick<SequenceStep, 'delay'> | undefined, at: string): string =>
  step ? addMilliseconds(at, delayMs(step.delay)) : at;

function evolve(
  state: SequenceEnrollment,
  event: SequenceEnrollmentEvent,
  command: SequenceEnrollmentCommand,
): SequenceEnrollment {
  if (event.type !== 'sequence.contact_enrolled') return evolveCourse(state, event, command.at);
  if (command.type !== 'sequence_enrollment.enroll') return state;
  const { enrollmentId, ...data } = command.data;
  return { ...state, ...data, id: enrollmentId, nextScheduledAt: event.data.nextScheduledAt, createdAt: command.at };
}
