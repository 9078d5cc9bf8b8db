// Stored webhooks as they are read, and what a replay says.
import { z } from '@hono/zod-openapi';
import { rawEventStatuses } from '../../db/schema/intake.ts';
import { moment, uuid } from './common.ts';

/** What became of a stored webhook. */
export const rawStatus = z.enum(rawEventStatuses);

const shape = {
  id: uuid,
  channelId: uuid,
  arrival: z.number().int(),
  gatewayEventId: z.string(),
  eventName: z.string(),
  kind: z.string().openapi({ description: 'What the parser made of it.' }),
  messageKey: uuid.nullable().openapi({ description: 'The same for all events about one message.' }),
  status: rawStatus,
  workflowId: z.string().nullable(),
  runNumber: z.number().int(),
  attempts: z.number().int(),
  lastError: z.string().nullable(),
  contactId: uuid.nullable(),
  hasBody: z.boolean(),
  receivedAt: moment,
  settledAt: moment.nullable(),
};

/** A stored webhook without its body. */
export const rawWebhookSchema = z.object(shape).openapi('RawWebhook');

/** One with it. */
export const rawWebhookWithBodySchema = z
  .object({ ...shape, body: z.string().nullable().openapi({ description: 'As it came, to the byte; null: erased.' }) })
  .openapi('RawWebhookWithBody');

/** What a replay did. */
export const replayedSchema = z
  .object({
    id: uuid,
    outcome: z.enum(['queued', 'pending', 'unchanged']),
    status: rawStatus,
    runNumber: z.number().int(),
    kind: z.string(),
    eventName: z.string(),
    reason: z.string().nullable().openapi({ description: 'Why the parser makes nothing of it, if so.' }),
  })
  .openapi('ReplayedWebhook');
