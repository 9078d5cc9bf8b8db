// What can be asked of a webhook subscription: one schema per command. Secrets are drawn by the caller, who shows them once.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { timelineCategories } from '../kernel/define-events.ts';
import { id, label } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { occurredAt } from '../kernel/told.ts';
import { retrySchedule } from './retry-schedule.ts';

/** `contact.created`, `contact.*`, or `*` for everything. */
export const eventPattern = z
  .string()
  .regex(/^(\*|[a-z][a-z_]*(\.[a-z][a-z_]*)*(\.\*)?)$/, 'must be an event’s name, a prefix with .*, or *')
  .max(200);

/** Sent with every delivery: at most 20, none that HTTP or the signature needs. */
export const webhookHeaders = z.record(z.string(), z.string().max(2_000));

const secret = pii(z.string().min(16).max(200));
/** How a subscription can be set up; its defaults stand in the decider. */
export const webhookSettings = {
  name: label,
  url: z.string().min(1).max(2_000),
  events: z.array(eventPattern).max(200),
  subscribeContactEvents: z.boolean().optional(),
  contactEventTypes: z.array(label).max(200).optional(),
  contactEventCategories: z.array(z.enum(timelineCategories)).max(timelineCategories.length).optional(),
  headers: pii(webhookHeaders).optional(),
  retryCount: z.number().int().min(0).max(retrySchedule.length).optional(),
  timeoutSeconds: z.number().int().min(1).max(60).optional(),
};

/** A day: for how long the former secret still signs too, if nothing else is said. */
const usualOverlapSeconds = 86_400;
/** How long the former secret still signs beside the new one. */
export const overlapSeconds = z
  .number()
  .int()
  .min(0)
  .max(7 * 86_400)
  .default(usualOverlapSeconds);

/** What came of one attempt to deliver. `gone`: the address said that it wants nothing any more (410). */
export const attemptOutcomes = ['delivered', 'failed', 'given_up', 'gone'] as const;

export const webhookCommands = defineCommands({
  'webhook.create': z.object({ subscriptionId: id, projectId: id, userId: id, secret, ...webhookSettings }),
  'webhook.update': z.object(webhookSettings).partial(),
  'webhook.activate': z.object({}),
  'webhook.deactivate': z.object({}),
  'webhook.rotate_secret': z.object({ secret, overlapSeconds }),
  'webhook.delete': z.object({}),
  /** Counts an attempt, and switches the subscription off when too many deliveries in a row were given up. */
  'webhook.note_attempt': z.object({ outcome: z.enum(attemptOutcomes), occurredAt }),
});

/** Any command of a webhook subscription. */
export type WebhookCommand = CommandsOf<typeof webhookCommands>;
