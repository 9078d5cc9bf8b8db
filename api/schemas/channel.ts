// A channel as it is read, and its webhook as it is shown once.
import { z } from '@hono/zod-openapi';
import { channelTypes } from '../../domain/channel/events.ts';
import { moment, sequence, uuid } from './common.ts';

/** A channel without its secret. */
export const channelSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    name: z.string(),
    type: z.enum(channelTypes),
    externalId: z.string().nullable(),
    status: z.enum(['inactive', 'activating', 'connecting', 'active', 'disconnected', 'error']),
    messageGrouping: z.object({ enabled: z.boolean(), debounceMs: z.number(), maxWaitMs: z.number() }),
    labels: z.array(z.object({ labelId: z.string(), name: z.string(), color: z.string().nullable() })),
    lastError: z.string().nullable(),
    activatedAt: moment.nullable(),
    disconnectedAt: moment.nullable(),
    createdAt: moment,
    sequence,
  })
  .openapi('Channel');

const webhook = z.object({
  webhookUrl: z.string().openapi({ description: 'Where the gateway posts its events.' }),
  webhookSecret: z.string().openapi({ description: "The webhook's `hmac.key`: shown this once." }),
});

/** A channel as its creation answers with it. */
export const createdChannelSchema = channelSchema.extend(webhook.shape).openapi('CreatedChannel');
/** What a rotation answers with. */
export const channelWebhookSchema = webhook.openapi('ChannelWebhook');
