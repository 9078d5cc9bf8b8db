// The payloads inside the envelope, one loose schema for each shape the gateway sends. Nothing is required here: the parser says what is missing.
import { z } from 'zod';
import { identifier, listOf, maybe, number, text } from './loose.ts';

const engineData = z.unknown().optional();
const flag = z.boolean();

/** An attachment; `url` is null when it was not downloaded. */
export const mediaPayload = z.looseObject({
  url: maybe(text),
  mimetype: maybe(text),
  filename: maybe(text),
  error: z.unknown().optional(),
});

const locationPayload = z.looseObject({
  latitude: maybe(number),
  longitude: maybe(number),
  name: maybe(text),
  address: maybe(text),
  description: maybe(text),
});

/** A message (`message`, `message.any`) and what looks like one: `message.waiting`, `message.edited`, `message.reaction`. */
export const messagePayload = z.looseObject({
  id: maybe(text),
  timestamp: maybe(number),
  from: maybe(text),
  fromMe: maybe(flag),
  source: maybe(z.enum(['api', 'app'])),
  to: maybe(text),
  participant: maybe(text),
  author: maybe(text),
  body: maybe(text),
  hasMedia: maybe(flag),
  media: maybe(mediaPayload),
  mediaUrl: maybe(text),
  ack: maybe(number),
  ackName: maybe(text),
  location: maybe(locationPayload),
  vCards: maybe(listOf(text)),
  replyTo: maybe(z.looseObject({ id: maybe(text) })),
  editedMessageId: maybe(text),
  reaction: maybe(z.looseObject({ text: maybe(text), messageId: maybe(text) })),
  _data: engineData,
});

/** A parsed message payload. */
export type MessagePayload = z.infer<typeof messagePayload>;

/** `message.revoked`: the notice (`after`) and, if the gateway still had it, the message (`before`). */
export const revokedPayload = z.looseObject({
  revokedMessageId: maybe(text),
  after: maybe(messagePayload),
  before: maybe(messagePayload),
});

const memberPayload = z.looseObject({ id: maybe(text), pn: maybe(text), role: maybe(text) });

/** The four `group.v2.*` events. */
export const groupPayload = z.looseObject({
  type: maybe(text),
  timestamp: maybe(number),
  group: maybe(
    z.looseObject({
      id: maybe(text),
      subject: maybe(text),
      description: maybe(text),
      participants: maybe(listOf(memberPayload)),
    }),
  ),
  participants: maybe(listOf(memberPayload)),
});

/** One member in a `group.v2.*` payload. */
export type MemberPayload = z.infer<typeof memberPayload>;

/** `session.status`. */
export const sessionStatusPayload = z.looseObject({
  name: maybe(text),
  status: maybe(text),
  statuses: maybe(listOf(z.looseObject({ status: maybe(text), timestamp: maybe(number) }))),
  data: z.unknown().optional(),
});

/** `label.*`; `label` is null right after pairing. */
export const labelPayload = z.looseObject({
  id: maybe(identifier),
  name: maybe(text),
  labelId: maybe(identifier),
  chatId: maybe(text),
  label: maybe(z.looseObject({ id: maybe(identifier), name: maybe(text) })),
});

/** `call.*`. */
export const callPayload = z.looseObject({
  id: maybe(identifier),
  from: maybe(text),
  timestamp: maybe(number),
  isVideo: maybe(flag),
  isGroup: maybe(flag),
  _data: engineData,
});
