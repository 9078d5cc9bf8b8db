// The course of an enrolment through the steps it entered with; what campaigns and sequences share. Who is inside keeps those steps, whatever becomes of the campaign.
import { violated } from '../kernel/errors.ts';
import { isAfter, later } from '../kernel/time.ts';
import type { AnyStep } from './steps.ts';

/** What an enrolment's `status` can be. */
export const enrollmentStatuses = ['active', 'paused', 'completed', 'exited'] as const;

/** What enrolments have in common. `currentStepOrder` counts from 1; `nextScheduledAt` is when the current step is due, null once it is over. */
export type Course<Step extends AnyStep = AnyStep> = {
  readonly id: string;
  readonly projectId: string;
  readonly contactId: string;
  readonly status: (typeof enrollmentStatuses)[number];
  readonly steps: readonly Step[];
  readonly reEntry: boolean;
  readonly exitOnReply: boolean;
  readonly currentStepOrder: number;
  readonly nextScheduledAt: string | null;
  readonly pausedAt: string | null;
  readonly completedAt: string | null;
  readonly exitedAt: string | null;
  readonly exitReason: string | null;
  readonly createdAt: string | null;
};

/** Nothing yet. */
export const noCourse: Course<never> = {
  id: '',
  projectId: '',
  contactId: '',
  status: 'active',
  steps: [],
  reEntry: false,
  exitOnReply: false,
  currentStepOrder: 1,
  nextScheduledAt: null,
  pausedAt: null,
  completedAt: null,
  exitedAt: null,
  exitReason: null,
  createdAt: null,
};

/** In whose name an enrolment's events are told. */
export const families = ['campaign', 'sequence'] as const;
/** Either. */
export type Family = (typeof families)[number];

/** What happens to an enrolment after its beginning. `About` names enrolment, campaign or sequence, and contact. */
export type CourseEvent<Name extends Family, About> =
  | {
      readonly type: `${Name}.enrollment_advanced`;
      readonly data: About & { readonly currentStepOrder: number; readonly nextScheduledAt?: string | undefined };
    }
  | { readonly type: `${Name}.enrollment_paused`; readonly data: About }
  | { readonly type: `${Name}.enrollment_resumed`; readonly data: About }
  | { readonly type: `${Name}.enrollment_completed`; readonly data: About & { readonly completedAt: string } }
  | {
      readonly type: `${Name}.enrollment_exited`;
      readonly data: About & { readonly exitReason: string; readonly exitedAt: string };
    };

/** The decisions that are the same for both families. */
export function courseOf<Name extends Family, About>(family: Name, about: About, state: Course) {
  type Event = CourseEvent<Name, About>;
  const isOver = state.status === 'completed' || state.status === 'exited';
  const refuseWhenOver = (): void => {
    if (isOver)
      throw violated('enrollment_over', `The contact has ${state.status} this already: enrol the contact anew.`);
  };
  const exit = (exitReason: string, at: string): Event[] => {
    if (state.status === 'exited') return [];
    refuseWhenOver();
    return [{ type: `${family}.enrollment_exited` as const, data: { ...about, exitReason, exitedAt: at } }];
  };
  return {
    exit,
    pause: (): Event[] => {
      refuseWhenOver();
      return state.status === 'paused' ? [] : [{ type: `${family}.enrollment_paused` as const, data: about }];
    },
    resume: (): Event[] => {
      refuseWhenOver();
      return state.status === 'active' ? [] : [{ type: `${family}.enrollment_resumed` as const, data: about }];
    },
    /** Goes to the step of this order, due at `dueAt`; beyond the last one the course is completed. */
    goTo: (order: number, dueAt: string, at: string): Event[] =>
      order > state.steps.length
        ? [{ type: `${family}.enrollment_completed` as const, data: { ...about, completedAt: at } }]
        : [
            {
              type: `${family}.enrollment_advanced` as const,
              data: { ...about, currentStepOrder: order, nextScheduledAt: dueAt },
            },
          ],
  };
}

/**
 * The step that is done, when it is the current one; undefined when it lies behind (told twice). Throws for one that is still to come, before its
 * time (`early` allows that), and while the enrolment stands still.
 */
export function currentStep<Step extends AnyStep>(
  state: Course<Step>,
  stepId: string,
  { at, early = false }: { readonly at: string; readonly early?: boolean },
): Step | undefined {
  const index = state.steps.findIndex((step) => step.stepId === stepId);
  const step = state.steps[index];
  if (!step) throw violated('no_such_step', 'The contact entered without this step: it can not be done.');
  if (state.status === 'completed' || index + 1 < state.currentStepOrder) return undefined;
  if (state.status === 'exited') throw violated('enrollment_over', 'The contact has left: nothing more is done.');
  if (state.status === 'paused') throw violated('enrollment_paused', 'The enrolment is paused: resume it first.');
  if (index + 1 > state.currentStepOrder)
    throw violated('not_at_step', `The contact is at step ${state.currentStepOrder}: that one comes first.`);
  if (!early && state.nextScheduledAt !== null && isAfter(state.nextScheduledAt, at))
    throw violated('step_not_due', `The step is due at ${state.nextScheduledAt}: wait until then.`);
  return step;
}

/** Folds one event of the course. `at`: when it was decided; a step that fell due during a pause is due at its end. */
export function evolveCourse<State extends Course>(
  state: State,
  event: CourseEvent<'campaign', unknown> | CourseEvent<'sequence', unknown>,
  at: string,
): State {
  switch (event.type) {
    case 'campaign.enrollment_advanced':
    case 'sequence.enrollment_advanced': {
      const { currentStepOrder, nextScheduledAt = null } = event.data;
      return { ...state, currentStepOrder, nextScheduledAt };
    }
    case 'campaign.enrollment_paused':
    case 'sequence.enrollment_paused':
      return { ...state, status: 'paused', pausedAt: at };
    case 'campaign.enrollment_resumed':
    case 'sequence.enrollment_resumed':
      return { ...state, status: 'active', pausedAt: null, nextScheduledAt: later(state.nextScheduledAt, at) };
    case 'campaign.enrollment_completed':
    case 'sequence.enrollment_completed':
      return { ...state, status: 'completed', nextScheduledAt: null, completedAt: event.data.completedAt };
    case 'campaign.enrollment_exited':
    case 'sequence.enrollment_exited': {
      const { exitReason, exitedAt } = event.data;
      return { ...state, status: 'exited', nextScheduledAt: null, pausedAt: null, exitReason, exitedAt };
    }
  }
}
