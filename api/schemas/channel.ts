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

/** What a person who pairs a channel needs right now. */
export const channelPairingSchema = z
  .object({
    channelId: uuid,
    status: channelStatus.openapi({ description: "The channel's own status: `active` when the pairing is done." }),
    lastError: z.string().nullable(),
    sessionStatus: z.string().nullable().openapi({
      description:
        'What the gateway said last of its session, such as SCAN_QR_CODE; null while no pairing is under way.',
      example: 'SCAN_QR_CODE',
    }),
    qr: z
      .object({ mimetype: z.string(), data: z.string() })
      .nullable()
      .openapi({ description: 'The QR code to scan now, a picture in base64; it changes every 20 to 60 s.' }),
    passkeyChallenge: z.record(z.string(), z.unknown()).nullable().openapi({
      description: 'For `navigator.credentials.get({ publicKey })`, while the account asks for its passkey.',
    }),
    confirmationCode: z
      .string()
      .nullable()
      .openapi({ description: "To be compared with the phone's, then confirmed." }),
    changedAt: moment.nullable(),
    sagaId: uuid.nullable().openapi({ description: 'The activation in `/v1/sagas/{correlationId}`.' }),
  })
  .openapi('ChannelPairing');

/** A code to type on the phone. */
export const pairingCodeSchema = z.object({ code: z.string() }).openapi('ChannelPairingCode');
