// The events of one webhook delivery; told in the name of the webhook.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, count, id, reason } from '../kernel/fields.ts';

const delivery = { deliveryId: id, subscriptionId: id, eventId: id };
const someDelivery = {
  deliveryId: '018f5a10-0000-7000-8000-000000000025',
  subscriptionId: '018f5a10-0000-7000-8000-000000000024',
  eventId: '018f5a10-0000-7000-8000-000000000026',
} as const;
const someTime = '2026-01-31T12:00:00.000Z';
/** An HTTP status; left out when there was no answer. */
export const statusCode = z.number().int().min(100).max(599);

export const webhookDeliveryEvents = defineEvents(
  'webhook_delivery',
  {
    'webhook.delivery_failed': event({
      version: 1,
      summary: 'An attempt to deliver an event to a webhook failed.',
      data: z.object({ ...delivery, attempt: count, statusCode: statusCode.optional(), reason, failedAt: at }),
      webhooks: [],
      example: { ...someDelivery, attempt: 1, statusCode: 503, reason: 'HTTP 503', failedAt: someTime },
    }),
    'webhook.retry_exhausted': event({
      version: 1,
      summary: 'A delivery was given up after its last attempt.',
      data: z.object({ ...delivery, attempts: count, reason, exhaustedAt: at }),
      webhooks: [],
      example: { ...someDelivery, attempts: 10, reason: 'HTTP 503', exhaustedAt: someTime },
    }),
  },
  { family: 'webhook' },
);

/** Any event of a webhook delivery. */
export type WebhookDeliveryEvent = EventsOf<typeof webhookDeliveryEvents>;
