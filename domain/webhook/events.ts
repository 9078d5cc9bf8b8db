// The events of a webhook subscription. What becomes of single deliveries is told by the deliveries themselves.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, reason } from '../kernel/fields.ts';

export const webhookEvents = defineEvents('webhook', {
  'webhook.subscription_disabled': event({
    version: 1,
    summary: 'A webhook subscription was switched off, by a person or because its address takes nothing any more.',
    data: z.object({ subscriptionId: id, reason, disabledAt: at }),
    webhooks: ['webhook.subscription_disabled'],
    example: {
      subscriptionId: '018f5a10-0000-7000-8000-000000000024',
      reason: 'deliveries_given_up',
      disabledAt: '2026-01-31T12:00:00.000Z',
    },
  }),
});

/** Any event of a webhook subscription. */
export type WebhookEvent = EventsOf<typeof webhookEvents>;
