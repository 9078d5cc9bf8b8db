// The events of a tracking.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, map } from '../kernel/fields.ts';

const trackingId = id;
const someTracking = '018f5a10-0000-7000-8000-00000000000a';
const someContact = '018f5a10-0000-7000-8000-000000000001';
const someTime = '2026-01-31T12:00:00.000Z';

export const trackingEvents = defineEvents('tracking', {
  'tracking.created': event({
    version: 1,
    summary: 'It was noted where a contact came from.',
    data: z.object({
      trackingId,
      projectId: id,
      contactId: id,
      sessionId: id.optional(),
      source: label,
      platform: label,
      createdAt: at,
    }),
    webhooks: ['tracking.created'],
    timeline: 'tracking',
    example: {
      trackingId: someTracking,
      projectId: '018f5a10-0000-7000-8000-000000000003',
      contactId: someContact,
      source: 'meta_ads',
      platform: 'instagram',
      createdAt: someTime,
    },
  }),
  'tracking.enriched': event({
    version: 1,
    summary: 'More was learnt about where the contact came from.',
    data: z.object({ trackingId, contactId: id, enrichmentSource: label, changes: map, enrichedAt: at }),
    webhooks: ['tracking.enriched'],
    timeline: 'tracking',
    example: {
      trackingId: someTracking,
      contactId: someContact,
      enrichmentSource: 'meta_api',
      changes: { campaignName: 'Summer' },
      enrichedAt: someTime,
    },
  }),
});

/** Any event of a tracking. */
export type TrackingEvent = EventsOf<typeof trackingEvents>;
