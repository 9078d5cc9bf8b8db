// Webhook subscriptions and deliveries as they are read. Secrets are in the answers that make them, and in no other.
import { z } from '@hono/zod-openapi';
import { timelineCategories } from '../../domain/kernel/define-events.ts';
import { webhookCommands } from '../../domain/webhook/commands.ts';
import { attemptResults } from '../../domain/webhook-delivery/commands.ts';
import { deliveryStatuses } from '../../domain/webhook-delivery/webhook-delivery.ts';
import { moment, sequence, uuid } from './common.ts';

const settings = webhookCommands['webhook.create'].shape;

/** What a subscription is set up with. */
export const webhookBody = z.strictObject({
  projectId: uuid,
  userId: uuid.optional().openapi({ description: 'Who answers for it; the API key when left out.' }),
  name: settings.name,
  url: settings.url.meta({
    description: 'https, and public; in development also http and the own network.',
    example: 'https://hooks.example.com/messaging',
  }),
  events: settings.events.meta({
    description: 'Names of webhook events, `prefix.*`, or `*` for all.',
    example: ['message.received', 'contact.*'],
  }),
  subscribeContactEvents: settings.subscribeContactEvents.meta({
    description: "Takes the events of contacts' timelines too; the next two narrow them down.",
  }),
  contactEventTypes: settings.contactEventTypes,
  contactEventCategories: settings.contactEventCategories,
  headers: settings.headers.meta({ description: 'Sent with every delivery. Their values are never shown again.' }),
  retryCount: settings.retryCount.meta({
    description: 'Attempts after the first; the whole schedule (5 s to a day, three days in all) when left out.',
  }),
  timeoutSeconds: settings.timeoutSeconds.meta({ description: '30 when left out.' }),
});

/** A webhook subscription. */
export const webhookSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    userId: uuid,
    name: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    subscribeContactEvents: z.boolean(),
    contactEventTypes: z.array(z.string()),
    contactEventCategories: z.array(z.enum(timelineCategories)),
    headerNames: z.array(z.string()),
    active: z.boolean(),
    disabledReason: z.string().nullable(),
    disabledAt: moment.nullable(),
    retryCount: z.number().int(),
    timeoutSeconds: z.number().int(),
    lastTriggeredAt: moment.nullable(),
    lastSuccessAt: moment.nullable(),
    lastFailureAt: moment.nullable(),
    successCount: z.number().int(),
    failureCount: z.number().int(),
    createdAt: moment,
    sequence,
  })
  .openapi('WebhookSubscription');

/** One with its secret. */
export const webhookWithSecretSchema = webhookSchema
  .extend({
    secret: z.string().openapi({ description: 'Signs every delivery (Standard Webhooks). Shown this once.' }),
  })
  .openapi('WebhookSubscriptionWithSecret');

/** What `status` of a delivery can be. */
export const deliveryStatus = z.enum(deliveryStatuses);

/** A delivery. */
export const deliverySchema = z
  .object({
    id: uuid.openapi({ description: 'What the receiver gets as `webhook-id`, the same with every attempt.' }),
    projectId: uuid.nullable(),
    subscriptionId: uuid,
    eventId: uuid,
    eventType: z.string(),
    eventName: z.string().openapi({ description: 'The webhook name under which it goes out.' }),
    status: deliveryStatus,
    attempts: z.number().int(),
    maxAttempts: z.number().int(),
    nextAttemptAt: moment.nullable(),
    lastStatusCode: z.number().int().nullable(),
    lastReason: z.string().nullable(),
    endedAt: moment.nullable(),
    createdAt: moment,
    sequence,
  })
  .openapi('WebhookDelivery');

/** An attempt. */
export const attemptSchema = z
  .object({
    attempt: z.number().int(),
    requestId: uuid,
    result: z.enum(attemptResults),
    statusCode: z.number().int().nullable(),
    reason: z.string().nullable(),
    answer: z.string().nullable().openapi({ description: 'The first 64 KiB of what came back.' }),
    startedAt: moment,
    durationMs: z.number().int(),
  })
  .openapi('WebhookAttempt');
