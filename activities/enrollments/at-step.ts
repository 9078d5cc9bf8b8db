// An enrolment at a step, and what can come of that.
import type { Contact } from '../../domain/contact/state.ts';
import type { OpenCourse, StepOutcome } from './open-course.ts';

/** At a step. `reachedAt`: since when; `isDue`: its time has come. */
export type AtStep = OpenCourse & {
  readonly contact: Contact;
  readonly reachedAt: string;
  readonly isDue: boolean;
  readonly nowMs: number;
  readonly random: () => number;
};

/** What came of it. `end`: the step is over; `note` says more of why. `wait`: for so long, or (null) for news. */
export type Taken =
  | { readonly kind: 'end'; readonly outcome: StepOutcome; readonly note?: string; readonly messageId?: string }
  | { readonly kind: 'exit'; readonly reason: string }
  | { readonly kind: 'wait'; readonly ms: number | null };

/** Passed over: on as if it were done. */
export const passedOver = (note: string): Taken => ({ kind: 'end', outcome: 'done', note });
