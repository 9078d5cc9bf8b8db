// The events of a contact's way through a sequence, told in the sequence's name.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, reason } from '../kernel/fields.ts';

const about = { enrollmentId: id, sequenceId: id, contactId: id };
const someone = {
  enrollmentId: '018f5a10-0000-7000-8000-0000000000a2',
  sequenceId: '018f5a10-0000-7000-8000-0000000000a0',
  contactId: '018f5a10-0000-7000-8000-000000000001',
};
const order = z.number().int().min(1);
const someTime = '2026-01-31T14:00:00.000Z';

export const sequenceEnrollmentEvents = defineEvents(
  'sequence_enrollment',
  {
    'sequence.contact_enrolled': event({
      version: 1,
      summary: 'A contact entered the sequence; the first step is due at `nextScheduledAt`.',
      data: z.object({ ...about, nextScheduledAt: at }),
      webhooks: ['sequence.contact_enrolled'],
      timeline: 'campaign',
      example: { ...someone, nextScheduledAt: someTime },
    }),
    'sequence.enrollment_advanced': event({
      version: 1,
      summary: 'The contact goes on to the step of this order, due at `nextScheduledAt`.',
      data: z.object({ ...about, currentStepOrder: order, nextScheduledAt: at.optional() }),
      webhooks: ['sequence.enrollment_advanced'],
      timeline: 'campaign',
      example: { ...someone, currentStepOrder: 2, nextScheduledAt: someTime },
    }),
    'sequence.enrollment_completed': event({
      version: 1,
      summary: 'The contact went through all steps of the sequence.',
      data: z.object({ ...about, completedAt: at }),
      webhooks: ['sequence.enrollment_completed'],
      timeline: 'campaign',
      example: { ...someone, completedAt: someTime },
    }),
    'sequence.enrollment_exited': event({
      version: 1,
      summary: 'The contact left the sequence before its end; `exitReason` says why.',
      data: z.object({ ...about, exitReason: reason, exitedAt: at }),
      webhooks: ['sequence.enrollment_exited'],
      timeline: 'campaign',
      example: { ...someone, exitReason: 'replied', exitedAt: someTime },
    }),
    'sequence.enrollment_paused': event({
      version: 1,
      summary: 'The sequence stands still for this contact.',
      data: z.object(about),
      webhooks: ['sequence.enrollment_paused'],
      timeline: 'campaign',
      example: someone,
    }),
    'sequence.enrollment_resumed': event({
      version: 1,
      summary: 'The sequence goes on for this contact; what fell due meanwhile is due now.',
      data: z.object(about),
      webhooks: ['sequence.enrollment_resumed'],
      timeline: 'campaign',
      example: someone,
    }),
  },
  { family: 'sequence' },
);

/** Any event of an enrolment in a sequence. */
export type SequenceEnrollmentEvent = EventsOf<typeof sequenceEnrollmentEvents>;
