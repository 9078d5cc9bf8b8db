// The activities of an enrolment's workflow: one commit that holds the enrolment, ends at most one step and tells what is due next. Run as often as one likes:
// the rows are the truth, so that hints may be lost, doubled or late.

import { currentContact } from '../../db/current-contact.ts';
import type { Database } from '../../db/deps.ts';
import { keepStep, lastStepEnd } from '../../db/enrollment-steps.ts';
import { inTenantRetrying, type Tx } from '../../db/transaction.ts';
import { wroteSince } from '../../db/wrote-since.ts';
import { runInSaga, type SagaContext } from '../../platform/saga-context.ts';
import type { EnrollmentInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { isSettled, type SagaListener, writeSaga } from '../saga-activities.ts';
import { enterSaga, requireSaga, stepCause } from '../saga-steps.ts';
import { courseFor, type OpenCourse } from './open-course.ts';
import { takeStep } from './take-step.ts';

/** How it stands. `did`: the kind of step that ended. `dueInMs`: when to look again; null: when there is news. */
export type TendedEnrollment = {
  /** Why the course is over; null: it is not. */
  readonly endReason: string | null;
  readonly did: string | null;
  readonly dueInMs: number | null;
};

/** The activities' types, for the workflow. */
export type EnrollmentActivities = ReturnType<typeof createEnrollmentActivities>;

/** Makes them. `random` draws the jitter of the number's pace. */
export function createEnrollmentActivities(
  database: Database,
  listener: SagaListener,
  { random = Math.random }: { readonly random?: () => number } = {},
) {
  const within = <T>(input: EnrollmentInput, work: (tx: Tx, saga: SagaContext, course?: OpenCourse) => Promise<T>) => {
    const saga = requireSaga();
    return inTenantRetrying(database.pool, input.tenantId, async (tx) =>
      work(tx, saga, await courseFor(database, tx, input, stepCause(saga))),
    );
  };
  return {
    /** Looks after an enrolment. `isShown`: its row in the list of sagas says already that it runs. */
    tendEnrollment: (input: EnrollmentInput, isShown = false): Promise<TendedEnrollment> =>
      within(input, async (tx, saga, course) => {
        if (!isShown) await enterSaga(tx, saga);
        const tended = course ? await tend(course, saga, { nowMs: database.clock.now().getTime(), random }) : gone;
        const { endReason: reason } = tended;
        // A run whose answer was lost has told it already.
        if (reason === null || (await isSettled(tx, saga))) return tended;
        const { enrollmentId } = input;
        const subjectIds = { enrollmentId, contactId: course?.state.contactId ?? null };
        if (await writeSaga(tx, saga, { state: 'completed', reason, subjectIds }))
          tx.onCommit(() => listener(saga, 'completed', reason));
        return tended;
      }),
    /** Nobody looks after it any more: the contact leaves. */
    giveUpEnrollment: (input: EnrollmentInput, { state, reason }: SagaOutcome): Promise<void> =>
      within(input, async (tx, saga, course) => {
        if (course && overBy(course) === null) await course.exit(reason);
        if (await writeSaga(tx, saga, { state, reason })) tx.onCommit(() => listener(saga, state, reason));
      }),
  };
}

/** An enrolment that was never there: nothing has to be done about it. */
const gone: TendedEnrollment = { endReason: 'not_found', did: null, dueInMs: null };

/** Why it is over; null: it is not. */
const overBy = ({ state: { status, exitReason } }: OpenCourse): string | null =>
  status === 'completed' ? 'completed' : status === 'exited' ? (exitReason ?? 'exited') : null;

const wait = (dueInMs: number | null): TendedEnrollment => ({ endReason: null, did: null, dueInMs });

async function tend(
  course: OpenCourse,
  saga: SagaContext,
  moment: { readonly nowMs: number; readonly random: () => number },
): Promise<TendedEnrollment> {
  const { database, tx, state } = course;
  const over = overBy(course);
  if (over !== null) return { endReason: over, did: null, dueInMs: null };
  const leave = async (reason: string): Promise<TendedEnrollment> => {
    await runInSaga({ ...saga, sagaStep: 'exit' }, () => course.exit(reason));
    return { endReason: reason, did: null, dueInMs: null };
  };
  const contact = await currentContact(database, tx, state.contactId);
  if (contact === undefined || contact.anonymizedAt !== null) return leave('contact_gone');
  if (state.exitOnReply && (await wroteSince(tx, contact.id, state.createdAt ?? ''))) return leave('replied');
  if (state.status === 'paused' || !course.isRunning) return wait(null);
  const reachedAt = (await lastStepEnd(tx, state.id)) ?? state.createdAt ?? '';
  const dueInMs = Date.parse(state.nextScheduledAt ?? reachedAt) - moment.nowMs;
  const { step } = course;
  const sagaStep = step.stepType;
  const taken = await runInSaga({ ...saga, sagaStep }, () =>
    takeStep({ ...course, contact, reachedAt, isDue: dueInMs <= 0, ...moment }),
  );
  if (taken.kind === 'wait') return wait(dueInMs > 0 ? dueInMs : taken.ms);
  if (taken.kind === 'exit') return leave(taken.reason);
  const { outcome, note = outcome, messageId = null } = taken;
  const endedAt = new Date(moment.nowMs).toISOString();
  await keepStep(tx, { enrollmentId: state.id, stepId: step.stepId, outcome: note, messageId, endedAt });
  const after = await runInSaga({ ...saga, sagaStep }, () => course.advance(outcome));
  return { endReason: overBy({ ...course, state: after }), did: sagaStep, dueInMs: 0 };
}
