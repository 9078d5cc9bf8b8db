// The events of a channel.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { address, at, count, id, label, reason, tenantId } from '../kernel/fields.ts';
import { channelTypes } from './channel-types.ts';

/** What of the past is imported: all of it, the latest messages, those of some days, or only chats that are not known yet. */
export const importStrategies = ['all', 'recent', 'time_range', 'new_only'] as const;

/** What an import came to. */
export const importCounts = {
  messagesImported: count,
  duplicatesSkipped: count,
  chatsImported: count,
  contactsCreated: count,
  sessionsCreated: count,
};

const channelId = id;
const someChannel = '018f5a10-0000-7000-8000-000000000002';
const someTime = '2026-01-31T12:00:00.000Z';

export const channelEvents = defineEvents('channel', {
  'channel.created': event({
    version: 1,
    summary: "A channel was set up; `externalId` is the outside system's name for it (for WAHA: the session).",
    data: z.object({
      channelId,
      projectId: id,
      tenantId,
      name: label,
      type: z.enum(channelTypes),
      externalId: z.string().min(1).max(200).optional(),
      createdAt: at,
    }),
    webhooks: ['channel.created'],
    example: {
      channelId: someChannel,
      projectId: '018f5a10-0000-7000-8000-000000000003',
      tenantId: 'demo',
      name: 'Shop',
      type: 'waha',
      externalId: 'default',
      createdAt: someTime,
    },
  }),
  'channel.activation.requested': event({
    version: 1,
    summary: 'Somebody asked for the channel to be connected; the outside system has not answered yet.',
    data: z.object({ channelId, channelType: z.enum(channelTypes), requestedAt: at }),
    webhooks: [],
    example: { channelId: someChannel, channelType: 'waha', requestedAt: someTime },
  }),
  'channel.activation.failed': event({
    version: 1,
    summary: 'The channel could not be connected; what had been made for it is undone.',
    data: z.object({ channelId, failedAt: at, reason }),
    webhooks: ['channel.activation_failed'],
    example: { channelId: someChannel, failedAt: someTime, reason: 'qr_code_not_scanned' },
  }),
  'channel.activated': event({
    version: 1,
    summary: 'The outside system said that the channel works.',
    data: z.object({ channelId, activatedAt: at, webhookUrl: address }),
    webhooks: ['channel.activated'],
    example: {
      channelId: someChannel,
      activatedAt: someTime,
      webhookUrl: `https://api.example/v1/webhooks/waha/${someChannel}`,
    },
  }),
  'channel.disconnected': event({
    version: 1,
    summary: 'An active channel lost its connection; the outside system may find it again by itself.',
    data: z.object({ channelId, reason, disconnectedAt: at }),
    webhooks: ['channel.disconnected'],
    example: { channelId: someChannel, reason: 'FAILED', disconnectedAt: someTime },
  }),
  'channel.reconnected': event({
    version: 1,
    summary: 'A channel that had lost its connection works again.',
    data: z.object({ channelId, reconnectedAt: at }),
    webhooks: ['channel.reconnected'],
    example: { channelId: someChannel, reconnectedAt: someTime },
  }),
  'channel.deactivated': event({
    version: 1,
    summary: 'The channel was switched off by a person.',
    data: z.object({ channelId, deactivatedAt: at }),
    webhooks: ['channel.deactivated'],
    example: { channelId: someChannel, deactivatedAt: someTime },
  }),
  'channel.deleted': event({
    version: 1,
    summary: 'The channel was deleted; its messages stay.',
    data: z.object({ channelId, deletedAt: at }),
    webhooks: ['channel.deleted'],
    example: { channelId: someChannel, deletedAt: someTime },
  }),
  'channel.history_import.enabled': event({
    version: 1,
    summary:
      'The channel may import messages that were exchanged before it was connected; `agentId` is who takes care of them.',
    data: z.object({ channelId, agentId: id.optional(), enabledAt: at }),
    webhooks: [],
    example: { channelId: someChannel, enabledAt: someTime },
  }),
  'channel.history_import.requested': event({
    version: 1,
    summary:
      'Somebody asked for an import; `limit` is the most messages it takes. Automations and webhooks hear of what is imported only if it says so.',
    data: z.object({
      channelId,
      channelType: z.enum(channelTypes),
      strategy: z.enum(importStrategies),
      timeRangeDays: count.optional(),
      limit: count.optional(),
      sessionGapMinutes: count.optional(),
      requestsPerMinute: count.optional(),
      automations: z.boolean().optional(),
      webhooks: z.boolean().optional(),
      requestedAt: at,
    }),
    webhooks: [],
    example: {
      channelId: someChannel,
      channelType: 'waha',
      strategy: 'time_range',
      timeRangeDays: 30,
      requestedAt: someTime,
    },
  }),
  'channel.history_import.started': event({
    version: 1,
    summary: 'The import began.',
    data: z.object({ channelId, startedAt: at }),
    webhooks: ['channel.history_import.started'],
    example: { channelId: someChannel, startedAt: someTime },
  }),
  'channel.history_import.completed': event({
    version: 1,
    summary: 'The import is done; messages that were known already are counted as skipped.',
    data: z.object({ channelId, completedAt: at, ...importCounts }),
    webhooks: ['channel.history_import.completed'],
    example: {
      channelId: someChannel,
      completedAt: someTime,
      messagesImported: 1200,
      duplicatesSkipped: 3,
      chatsImported: 40,
      contactsCreated: 38,
      sessionsCreated: 95,
    },
  }),
  'channel.history_import.failed': event({
    version: 1,
    summary: 'The import failed or was given up; what it had made is undone.',
    data: z.object({ channelId, failedAt: at, reason }),
    webhooks: ['channel.history_import.failed'],
    example: { channelId: someChannel, failedAt: someTime, reason: 'gateway_unavailable' },
  }),
  'channel.pipeline.associated': event({
    version: 1,
    summary: 'Contacts who write on the channel belong into a pipeline from now on.',
    data: z.object({ channelId, pipelineId: id, associatedAt: at }),
    webhooks: ['channel.pipeline.associated'],
    example: { channelId: someChannel, pipelineId: '018f5a10-0000-7000-8000-000000000012', associatedAt: someTime },
  }),
  'channel.pipeline.disassociated': event({
    version: 1,
    summary: 'The channel leads into the pipeline no more.',
    data: z.object({ channelId, pipelineId: id, disassociatedAt: at }),
    webhooks: ['channel.pipeline.disassociated'],
    example: { channelId: someChannel, pipelineId: '018f5a10-0000-7000-8000-000000000012', disassociatedAt: someTime },
  }),
  'channel.label.upserted': event({
    version: 1,
    summary: 'A label of the channel was made or changed.',
    data: z.object({ channelId, labelId: label, name: label, color: z.string().optional() }),
    webhooks: ['channel.label.upserted'],
    example: { channelId: someChannel, labelId: '7', name: 'Paid', color: '#64c4ff' },
  }),
  'channel.label.deleted': event({
    version: 1,
    summary: 'A label of the channel was deleted.',
    data: z.object({ channelId, labelId: label }),
    webhooks: ['channel.label.deleted'],
    example: { channelId: someChannel, labelId: '7' },
  }),
});

/** Any event of a channel. */
export type ChannelEvent = EventsOf<typeof channelEvents>;
