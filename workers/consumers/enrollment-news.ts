// News of enrolments for their workflows: who entered is started by the enrolment's id, and whoever something happened to is told to look.
import { dueEnrollmentsIn, type EnrollmentRef, openEnrollmentsOf } from '../../db/open-enrollments.ts';
import type { Tx } from '../../db/transaction.ts';
import { families } from '../../domain/outreach/course.ts';
import {
  type EnrollmentInput,
  enrollmentNewsSignal,
  enrollmentSagaType,
  sagaAttributes,
  workflowNames,
} from '../../workflows/names.ts';
import type { DeliveredEvent } from './consumer.ts';
import type { WorkflowStart } from './workflow-start.ts';

/** Of one that goes on after a pause, so many are told at once; the others look by themselves within hours. */
const mostTold = 1_000;
const own = [
  'contact_enrolled',
  'enrollment_paused',
  'enrollment_resumed',
  'enrollment_completed',
  'enrollment_exited',
];

/** The events that start or concern them. */
export const enrollmentNewsTypes: readonly string[] = [
  ...families.flatMap((family) => [...own, 'resumed'].map((name) => `${family}.${name}`)),
  'message.created',
];

/** What these events of one tenant start and signal: each enrolment once. */
export async function enrollmentStarts(events: readonly DeliveredEvent[], tx: Tx): Promise<WorkflowStart[]> {
  const concerning = events.filter(({ type }) => enrollmentNewsTypes.includes(type));
  if (concerning.length === 0) return [];
  const concerned: EnrollmentRef[] = [];
  for (const { type, data, time } of concerning) {
    const [family = 'campaign', name] = [families.find((one) => type.startsWith(`${one}.`)), type.split('.')[1]];
    if (name === 'resumed') {
      const parentId = String(data[`${family}Id`]);
      concerned.push(...(await dueEnrollmentsIn(tx, family, parentId, { now: new Date(time), limit: mostTold })));
    } else if (type !== 'message.created') concerned.push({ family, enrollmentId: String(data['enrollmentId']) });
  }
  // Whoever wrote, and whoever is through a sequence that may be the step of a campaign.
  const contactIds = concerning.flatMap(({ type, data: { contactId, fromMe } }) =>
    typeof contactId === 'string' && (type === 'message.created' ? fromMe !== true : isEndOfSequence(type))
      ? [contactId]
      : [],
  );
  if (contactIds.length > 0) concerned.push(...(await openEnrollmentsOf(tx, [...new Set(contactIds)])));
  const once = new Map(concerned.map((of) => [of.enrollmentId, of]));
  return [...once.values()].map((of) => enrollmentStart(tx, of));
}

const isEndOfSequence = (type: string): boolean =>
  type === 'sequence.enrollment_completed' || type === 'sequence.enrollment_exited';

/** Signal with start: one whose workflow is over takes nothing and starts nothing. */
function enrollmentStart({ tenantId }: Tx, { family, enrollmentId }: EnrollmentRef): WorkflowStart {
  const input: EnrollmentInput = { tenantId: tenantId ?? '', family, enrollmentId };
  return {
    workflow: workflowNames.enrollment,
    workflowId: `enrollment-${enrollmentId}`,
    input,
    searchAttributes: sagaAttributes({
      sagaType: enrollmentSagaType,
      tenantId: input.tenantId,
      correlationId: enrollmentId,
    }),
    signal: { name: enrollmentNewsSignal, args: [] },
    isLarge: true,
  };
}
