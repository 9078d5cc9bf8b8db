// A message as it is read and as it is sent.
import { z } from '@hono/zod-openapi';
import { messageSources, messageStatuses } from '../../domain/message/commands.ts';
import { messageTypes } from '../../domain/message/message-types.ts';
import { erased, moment, sequence, uuid } from './common.ts';

const media = z.object({
  url: z.string().optional().openapi({ description: 'Where the gateway keeps the file; absent: not downloaded.' }),
  mimetype: z.string(),
  filename: z.string().optional(),
  durationSeconds: z.number().optional(),
  sizeBytes: z.number().optional(),
});
const location = z.object({
  latitude: z.number(),
  longitude: z.number(),
  name: z.string().optional(),
  address: z.string().optional(),
  url: z.string().optional(),
});
const reaction = z.object({ contactId: uuid, reaction: z.string(), reactedAt: moment, fromMe: z.boolean() });

/** A message's state as it is answered with. */
export function toMessage<State extends { readonly messageType: unknown }>({ messageType, ...rest }: State) {
  return { ...rest, type: messageType };
}

/** A message in answers. */
export const messageSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    channelId: uuid,
    chatId: uuid.nullable(),
    sessionId: uuid.nullable(),
    contactId: uuid,
    channelMessageId: z.string().nullable(),
    fromMe: z.boolean(),
    source: z.enum(messageSources),
    type: z.enum(messageTypes),
    status: z.enum(messageStatuses),
    body: z.string().nullable(),
    media: media.nullable(),
    location: location.nullable(),
    vcards: z.array(z.string()).nullable(),
    replyToChannelMessageId: z.string().nullable(),
    arrival: z.number().int().nullable().openapi({ description: 'Orders a conversation: sort by it, not by times.' }),
    sentAt: moment.nullable(),
    deliveredAt: moment.nullable(),
    readAt: moment.nullable(),
    playedAt: moment.nullable(),
    failedAt: moment.nullable(),
    failureReason: z.string().nullable(),
    editedAt: moment.nullable(),
    revokedAt: moment.nullable(),
    reactions: z.array(reaction).nullable(),
    createdAt: moment,
    sequence,
    erased,
  })
  .openapi('Message');

/** The answer to a send: the message waits in the database, its saga sends it. */
export const queuedMessageSchema = messageSchema
  .extend({ links: z.object({ self: z.string(), saga: z.string() }) })
  .openapi('QueuedMessage');

/** What is to be sent, and to whom. */
export const sendBody = z
  .strictObject({
    channelId: uuid,
    contactId: uuid.optional(),
    chatId: uuid.optional(),
    text: z.string().min(1).max(65_536).optional(),
    media: z
      .strictObject({
        url: z.httpUrl('must be an http or https address').max(4000),
        mimetype: z.string().min(3).max(200),
        filename: z.string().min(1).max(1000).optional(),
      })
      .optional(),
    transactional: z.boolean().default(false).openapi({
      description:
        'An answer that the contact waits for: sent although the contact opted out, but only inside a session that is open on this channel.',
    }),
    replyTo: uuid.optional().openapi({ description: 'The id of the message this one answers.' }),
  })
  .refine(({ contactId, chatId }) => (contactId === undefined) !== (chatId === undefined), {
    path: ['contactId'],
    message: 'give either contactId or chatId',
  })
  .refine(({ text, media: file }) => text !== undefined || file !== undefined, {
    path: ['text'],
    message: 'give text, media or both',
  })
  .openapi('SendMessage');
