// The events of a channel.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { address, at, id, label, reason, tenantId } from '../kernel/fields.ts';

/** What a channel connects to. Only those with an adapter (today: waha) can become active. */
export const channelTypes = [
  'waha',
  'whatsapp_business',
  'whatsapp',
  'messenger',
  'instagram',
  'telegram',
  'wechat',
  'twilio_sms',
  'web_form',
] as const;

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
