// The events of a message. What was written or shown is in the message's row alone: events carry ids, times and states.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { address, at, count, id, reason } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { older } from '../kernel/versions.ts';
import { messageTypes } from './message-types.ts';

const messageId = id;
const someMessage = '018f5a10-0000-7000-8000-000000000004';
const someContact = '018f5a10-0000-7000-8000-000000000001';
const someTime = '2026-01-31T12:00:00.000Z';

const media = { messageId, channelId: id, contactId: id, sessionId: id };
const someMedia = {
  messageId: someMessage,
  channelId: '018f5a10-0000-7000-8000-000000000002',
  contactId: someContact,
  sessionId: '018f5a10-0000-7000-8000-000000000005',
};
const createdV1 = z.object({ messageId, contactId: id, fromMe: z.boolean(), createdAt: at });
const someCreated = { messageId: someMessage, contactId: someContact, fromMe: false, createdAt: someTime };
type CreatedV2 = z.infer<typeof createdV1> & {
  readonly messageType: unknown;
  readonly channelId: unknown;
  readonly campaignId?: unknown;
};
/** In whole seconds; 0 when the gateway did not tell. */
const durationSeconds = count;

export const messageEvents = defineEvents('message', {
  'message.created': event({
    version: 2,
    summary: 'A message was stored: one that came in, one that was sent from the phone, or one that waits to be sent.',
    data: createdV1.extend({
      /** null: the event is of the first version, which did not tell. */
      messageType: z.enum(messageTypes).nullable(),
      channelId: id.nullable(),
      /** The campaign that it was sent for. */
      campaignId: id.optional(),
    }),
    older: [
      older({
        data: createdV1,
        example: someCreated,
        upcast: (data) => ({ ...data, messageType: null, channelId: null }),
        downcast: ({ messageType: _type, channelId: _channel, campaignId: _campaign, ...data }: CreatedV2) => data,
        deprecated: {
          since: '2026-11-23',
          until: '2027-11-23',
          why: 'receivers had to read each message to know what kind it is and where it came in',
        },
      }),
    ],
    webhooks: {
      names: ['message.received', 'message.created'],
      choose: ({ fromMe }) => (fromMe ? 'message.created' : 'message.received'),
    },
    timeline: 'message',
    example: { ...someCreated, messageType: 'text', channelId: '018f5a10-0000-7000-8000-000000000002' },
  }),
  'message.sent': event({
    version: 1,
    summary: "The gateway's server took the message.",
    data: z.object({ messageId, sentAt: at }),
    webhooks: ['message.sent'],
    example: { messageId: someMessage, sentAt: someTime },
  }),
  'message.delivered': event({
    version: 1,
    summary: 'The message reached a device of the other side.',
    data: z.object({ messageId, deliveredAt: at }),
    webhooks: ['message.delivered'],
    example: { messageId: someMessage, deliveredAt: someTime },
  }),
  'message.read': event({
    version: 1,
    summary: 'The message was read.',
    data: z.object({ messageId, readAt: at }),
    webhooks: ['message.read'],
    example: { messageId: someMessage, readAt: someTime },
  }),
  'message.played': event({
    version: 1,
    summary: 'The voice note or video was played.',
    data: z.object({ messageId, playedAt: at }),
    webhooks: ['message.played'],
    example: { messageId: someMessage, playedAt: someTime },
  }),
  'message.failed': event({
    version: 1,
    summary: 'The message could not be sent, or the saga that stored it was compensated; `failureReason` says which.',
    data: z.object({ messageId, failureReason: reason, failedAt: at }),
    webhooks: ['message.failed'],
    example: { messageId: someMessage, failureReason: 'gateway_refused', failedAt: someTime },
  }),
  'message.edited': event({
    version: 1,
    summary: 'The text of the message was changed by its sender.',
    data: z.object({ messageId, editedAt: at }),
    webhooks: ['message.edited'],
    example: { messageId: someMessage, editedAt: someTime },
  }),
  'message.revoked': event({
    version: 1,
    summary: 'The message was taken back by its sender; its content is gone from the row.',
    data: z.object({ messageId, revokedAt: at }),
    webhooks: ['message.revoked'],
    example: { messageId: someMessage, revokedAt: someTime },
  }),
  'message.reaction_set': event({
    version: 1,
    summary: 'Someone reacted to the message, or took the reaction back (empty `reaction`).',
    data: z.object({ messageId, contactId: id, reaction: z.string().max(64), reactedAt: at }),
    webhooks: ['message.reaction_set'],
    timeline: 'message',
    example: { messageId: someMessage, contactId: someContact, reaction: '👍', reactedAt: someTime },
  }),
  'message.ai.process_image_requested': event({
    version: 1,
    summary: 'An image came that wants a description.',
    data: z.object({ ...media, imageUrl: pii(address), mimeType: z.string(), requestedAt: at }),
    webhooks: [],
    example: {
      ...someMedia,
      imageUrl: 'https://gateway.example/files/1.jpg',
      mimeType: 'image/jpeg',
      requestedAt: someTime,
    },
  }),
  'message.ai.process_video_requested': event({
    version: 1,
    summary: 'A video came that wants a description.',
    data: z.object({
      ...media,
      videoUrl: pii(address),
      mimeType: z.string(),
      duration: durationSeconds,
      requestedAt: at,
    }),
    webhooks: [],
    example: {
      ...someMedia,
      videoUrl: 'https://gateway.example/files/2.mp4',
      mimeType: 'video/mp4',
      duration: 12,
      requestedAt: someTime,
    },
  }),
  'message.ai.process_audio_requested': event({
    version: 1,
    summary: 'An audio file came that wants a transcript.',
    data: z.object({
      ...media,
      audioUrl: pii(address),
      mimeType: z.string(),
      duration: durationSeconds,
      requestedAt: at,
    }),
    webhooks: [],
    example: {
      ...someMedia,
      audioUrl: 'https://gateway.example/files/3.mp3',
      mimeType: 'audio/mpeg',
      duration: 180,
      requestedAt: someTime,
    },
  }),
  'message.ai.process_voice_requested': event({
    version: 1,
    summary: 'A voice note came that wants a transcript.',
    data: z.object({
      ...media,
      voiceUrl: pii(address),
      mimeType: z.string(),
      duration: durationSeconds,
      requestedAt: at,
    }),
    webhooks: [],
    example: {
      ...someMedia,
      voiceUrl: 'https://gateway.example/files/4.oga',
      mimeType: 'audio/ogg',
      duration: 7,
      requestedAt: someTime,
    },
  }),
});

/** Any event of a message. */
export type MessageEvent = EventsOf<typeof messageEvents>;
