// A channel as it is read, and its webhook as it is shown once.
import { z } from '@hono/zod-openapi';
import { channelTypes } from '../../domain/channel/channel-types.ts';
import { importCounts, importStrategies } from '../../domain/channel/events.ts';
import { moment, sequence, uuid } from './common.ts';

/** What `status` of a channel can be. */
export const channelStatus = z.enum(['inactive', 'activating', 'connecting', 'active', 'disconnected', 'error']);

const historyImport = z.object({
  enabled: z.boolean(),
  agentId: uuid.nullable(),
  status: z.enum(['idle', 'importing', 'completed', 'failed']),
  strategy: z.enum(importStrategies).nullable(),
  timeRangeDays: z.number().int().nullable(),
  limit: z.number().int().nullable(),
  requestedAt: moment.nullable(),
  startedAt: moment.nullable(),
  endedAt: moment.nullable(),
  lastError: z.string().nullable(),
  counts: z.object(importCounts).nullable(),
});

/** A channel without its secret. */
export const channelSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    name: z.string(),
    type: z.enum(channelTypes),
    externalId: z.string().nullable(),
    status: channelStatus,
    messageGrouping: z.object({ enabled: z.boolean(), debounceMs: z.number(), maxWaitMs: z.number() }),
    aiProcessing: z.boolean(),
    pipelineId: uuid.nullable(),
    historyImport,
    labels: z.array(z.object({ labelId: z.string(), name: z.string(), color: z.string().nullable() })),
    lastError: z.string().nullable(),
    activationRequestedAt: moment.nullable(),
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
