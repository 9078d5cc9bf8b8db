// The events of a contact's way through a campaign, told in the campaign's name.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, reason } from '../kernel/fields.ts';

const about = { enrollmentId: id, campaignId: id, contactId: id };
const someone = {
  enrollmentId: '018f5a10-0000-7000-8000-0000000000b2',
  campaignId: '018f5a10-0000-7000-8000-0000000000b0',
  contactId: '018f5a10-0000-7000-8000-000000000001',
};
const order = z.number().int().min(1);
const someTime = '2026-01-31T14:00:00.000Z';

export const campaignEnrollmentEvents = defineEvents(
  'campaign_enrollment',
  {
    'campaign.contact_enrolled': event({
      version: 1,
      summary: 'A contact entered the campaign; the first step is due at `nextScheduledAt`.',
      data: z.object({ ...about, nextScheduledAt: at }),
      webhooks: ['campaign.contact_enrolled'],
      timeline: 'campaign',
      example: { ...someone, nextScheduledAt: someTime },
    }),
    'campaign.enrollment_advanced': event({
      version: 1,
      summary: 'The contact goes on to the step of this order, due at `nextScheduledAt`.',
      data: z.object({ ...about, currentStepOrder: order, nextScheduledAt: at.optional() }),
      webhooks: ['campaign.enrollment_advanced'],
      timeline: 'campaign',
      example: { ...someone, currentStepOrder: 2, nextScheduledAt: someTime },
    }),
    'campaign.enrollment_completed': event({
      version: 1,
      summary: 'The contact went through all steps of the campaign.',
      data: z.object({ ...about, completedAt: at }),
      webhooks: ['campaign.enrollment_completed'],
      timeline: 'campaign',
      example: { ...someone, completedAt: someTime },
    }),
    'campaign.enrollment_exited': event({
      version: 1,
      summary: 'The contact left the campaign before its end; `exitReason` says why.',
      data: z.object({ ...about, exitReason: reason, exitedAt: at }),
      webhooks: ['campaign.enrollment_exited'],
      timeline: 'campaign',
      example: { ...someone, exitReason: 'condition_not_met', exitedAt: someTime },
    }),
    'campaign.enrollment_paused': event({
      version: 1,
      summary: 'The campaign stands still for this contact.',
      data: z.object(about),
      webhooks: ['campaign.enrollment_paused'],
      timeline: 'campaign',
      example: someone,
    }),
    'campaign.enrollment_resumed': event({
      version: 1,
      summary: 'The campaign goes on for this contact; what fell due meanwhile is due now.',
      data: z.object(about),
      webhooks: ['campaign.enrollment_resumed'],
      timeline: 'campaign',
      example: someone,
    }),
  },
  { family: 'campaign' },
);

/** Any event of an enrolment in a campaign. */
export type CampaignEnrollmentEvent = EventsOf<typeof campaignEnrollmentEvents>;
