// What can be asked of a webhook delivery: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label, reason } from '../kernel/fields.ts';
import { statusCode } from './events.ts';

/** What one attempt brought. `gone`: the address wants nothing any more. */
export const attemptResults = ['delivered', 'failed', 'gone'] as const;

export const webhookDeliveryCommands = defineCommands({
  /** Plans the delivery of one event to one subscription under one name; planned again, nothing changes. */
  'webhook_delivery.plan': z.object({
    deliveryId: id,
    projectId: id.nullable(),
    subscriptionId: id,
    eventId: id,
    eventType: label,
    eventName: label,
    retryCount: z.number().int().min(0).max(100),
  }),
  /** Notes what attempt number `attempt` (from 1) brought; noted again, nothing changes. */
  'webhook_delivery.record_attempt': z.object({
    attempt: z.number().int().min(1).max(1_000_000),
    result: z.enum(attemptResults),
    statusCode: statusCode.optional(),
    reason: reason.optional(),
    retryAfterSeconds: z.number().int().min(0).max(1_000_000).optional(),
  }),
  /** Sends it once more, at once. */
  'webhook_delivery.redeliver': z.object({}),
  /** Its subscription takes nothing any more: no further attempts. */
  'webhook_delivery.discard': z.object({ reason }),
});

/** Any command of a webhook delivery. */
export type WebhookDeliveryCommand = CommandsOf<typeof webhookDeliveryCommands>;
