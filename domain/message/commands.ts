// What can be asked of a message: one schema per command. Content goes from the command into the row, never into an event.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { address, at, count, id, reason, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { messageTypes } from './message-types.ts';

/** How far a message got. */
export const messageStatuses = ['queued', 'sent', 'delivered', 'read', 'played', 'failed'] as const;

/** What made a message. */
export const messageSources = [
  'manual',
  'broadcast',
  'sequence',
  'automation',
  'bot',
  'system',
  'webhook',
  'scheduled',
  'test',
  'history_import',
] as const;

/** The id under which the gateway knows a message (the inner id, without chat and direction). */
const channelMessageId = z.string().min(1).max(200);
const body = pii(z.string().max(65_536));
/** A file: `url` is where the gateway keeps it (absent: not downloaded), `durationSeconds` for sound and film. */
const media = pii(
  z.object({
    url: address.optional(),
    mimetype: z.string().min(1).max(200),
    filename: z.string().max(1000).optional(),
    durationSeconds: count.optional(),
    sizeBytes: count.optional(),
  }),
);
const location = pii(
  z.object({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: z.string().max(1000).optional(),
    address: z.string().max(1000).optional(),
    url: address.optional(),
  }),
);
const vcards = pii(z.array(z.string().max(65_536)).max(257));

const message = {
  messageId: id,
  projectId: id,
  tenantId,
  channelId: id,
  chatId: id.optional(),
  sessionId: id.optional(),
  contactId: id,
  source: z.enum(messageSources),
  messageType: z.enum(messageTypes),
  body: body.optional(),
  media: media.optional(),
  location: location.optional(),
  vcards: vcards.optional(),
  replyToChannelMessageId: channelMessageId.optional(),
};

export const messageCommands = defineCommands({
  /**
   * Stores a message that the gateway told of. `arrival` is the order number of the stored raw event, of an imported one less than those after it, `sentAt` the gateway's time. `aiProcessing` false:
   * its channel has no model look at media.
   */
  'message.receive': z.object({
    ...message,
    channelMessageId,
    fromMe: z.boolean(),
    arrival: z.number().int(),
    sentAt: at,
    status: z.enum(messageStatuses).optional(),
    aiProcessing: z.boolean().optional(),
  }),
  /**
   * Stores a message that is to be sent; `channelMessageId` is the id reserved for it, by which the echo finds it. `arrival` is drawn
   * from the same numbers as those of raw events, so that a conversation has one order. `campaignId`: the campaign that sends it.
   */
  'message.queue': z.object({
    ...message,
    channelMessageId: channelMessageId.optional(),
    arrival: z.number().int().min(0).optional(),
    campaignId: id.optional(),
  }),
  /**
   * Moves the status forward; what is not news causes nothing. `at` is the gateway's time. `isConcluded`: we conclude it, the gateway did not
   * acknowledge it; that counts only while nothing else is known.
   */
  'message.apply_status': z.object({
    status: z.enum(messageStatuses).exclude(['queued']),
    at,
    channelMessageId: channelMessageId.optional(),
    failureReason: reason.optional(),
    isConcluded: z.boolean().optional(),
  }),
  'message.edit': z.object({ body, editedAt: at }),
  'message.revoke': z.object({ revokedAt: at }),
  /** Sets one person's reaction; an empty one takes it back. */
  'message.set_reaction': z.object({
    contactId: id,
    reaction: z.string().max(64),
    reactedAt: at,
    fromMe: z.boolean(),
  }),
  /** Undoes the storing for a compensated saga: afterwards the message is gone for everyone but the log. */
  'message.discard': z.object({ reason }),
});

/** Any command of a message. */
export type MessageCommand = CommandsOf<typeof messageCommands>;
/** A file of a message. */
export type MessageMedia = z.infer<typeof media>;
/** A place that was sent. */
export type MessageLocation = z.infer<typeof location>;
