// POST /v1/messages: checks that the message can go where it should, and stores it as queued. Its event starts the saga that sends it.
import type { z } from '@hono/zod-openapi';
import { and, eq, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { currentContact } from '../../db/current-contact.ts';
import { activeSession, individualChat } from '../../db/queries/conversation.ts';
import { nextArrival } from '../../db/queries/next-arrival.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { missingReferences } from '../../db/references.ts';
import { channels } from '../../db/schema/channels.ts';
import { chats } from '../../db/schema/chats.ts';
import { messages } from '../../db/schema/messages.ts';
import { isSendable } from '../../domain/channel/is-sendable.ts';
import { optOutOn } from '../../domain/contact/consent.ts';
import { lidSource } from '../../domain/contact/identity.ts';
import type { Contact, OptOut } from '../../domain/contact/state.ts';
import { violated } from '../../domain/kernel/errors.ts';
import type { WriteContext } from '../call-context.ts';
import type { sendBody } from '../schemas/message.ts';

type Send = z.infer<typeof sendBody>;
type Receiver = {
  readonly contactId: string;
  readonly chatId: string | undefined;
  readonly optOuts: readonly OptOut[];
};

/** Queues a message. The saga's correlation id is the message's own id. */
export async function sendMessage(body: Send, context: WriteContext) {
  const { tx, run, deps, caller } = context;
  const channel = await usableChannel(body.channelId, context);
  const receiver = await findReceiver(body, context);
  const session = await activeSession(tx, body.channelId, receiver.contactId);
  requireConsent(receiver, body, session.sessionId !== undefined);
  const replyTo = body.replyTo === undefined ? undefined : await repliedId(body.replyTo, body.channelId, context);
  const messageId = deps.database.ids.next();
  const data = {
    messageId,
    projectId: channel.projectId,
    tenantId: caller.tenantId,
    channelId: body.channelId,
    contactId: receiver.contactId,
    ...(receiver.chatId !== undefined && { chatId: receiver.chatId }),
    ...session,
    source: 'manual',
    messageType: body.media === undefined ? 'text' : typeOf(body.media.mimetype),
    ...(body.text !== undefined && { body: body.text }),
    ...(body.media !== undefined && { media: body.media }),
    ...(replyTo !== undefined && { replyToChannelMessageId: replyTo }),
    arrival: await nextArrival(tx),
  };
  const command = { type: 'message.queue' as const, data };
  return run(aggregates.message, messageId, command, { correlationId: messageId });
}

/** What a field of the body names. */
function named<T>(thing: T | undefined, field: string, name: string, id: string): T {
  if (thing !== undefined) return thing;
  throw missingReferences([{ path: `body.${field}`, message: `There is no such ${name}: ${id}` }]);
}

async function usableChannel(id: string, { tx, deps }: WriteContext) {
  const { store } = aggregates.channel;
  const channel = named(
    await readOne(tx, deps.database.keysOf, store, id, isNull(channels.deletedAt)),
    'channelId',
    'channel',
    id,
  );
  if (!isSendable(channel.status))
    throw violated('channel_not_active', `The channel is ${channel.status}: connect it at its gateway first.`);
  return { projectId: String(channel.projectId) };
}

async function findReceiver(body: Send, context: WriteContext): Promise<Receiver> {
  const { tx, deps } = context;
  const { keysOf } = deps.database;
  if (body.chatId !== undefined) {
    const ofChannel = eq(chats.channelId, body.channelId);
    const chat = named(
      await readOne(tx, keysOf, aggregates.chat.store, body.chatId, ofChannel),
      'chatId',
      'chat on this channel',
      body.chatId,
    );
    if (chat.status === 'closed') throw violated('chat_closed', 'The chat is closed: send to the contact instead.');
    if (chat.contactId === null)
      throw violated('chat_not_individual', 'Messages can be sent to individual chats only: use a contact.');
    const contact = await presentContact(chat.contactId, context);
    return { contactId: contact.id, chatId: body.chatId, optOuts: contact.optOuts };
  }
  const contact = await presentContact(body.contactId ?? '', context);
  const contactId = contact.id;
  const chatId = await individualChat(tx, body.channelId, contactId);
  const isReachable =
    chatId !== undefined || contact.phone !== null || contact.externalIds.some(({ source }) => source === lidSource);
  if (!isReachable)
    throw violated(
      'contact_unreachable',
      'The contact has no phone number and no chat on this channel: set its phone.',
    );
  return { contactId, chatId, optOuts: contact.optOuts };
}

/** The contact, or the one into which it was merged; somebody who can be sent to. */
async function presentContact(id: string, { tx, deps }: WriteContext): Promise<Contact> {
  const contact = named(await currentContact(deps.database, tx, id), 'contactId', 'contact', id);
  if (contact.anonymizedAt !== null)
    throw violated('contact_anonymized', 'The contact was anonymized: nobody is there any more to send to.');
  return contact;
}

/** What a contact waits for inside a conversation of its own is no unwanted message. */
function requireConsent({ optOuts }: Receiver, { channelId, transactional }: Send, hasSession: boolean): void {
  if (!optOutOn(optOuts, channelId) || (transactional && hasSession)) return;
  throw violated(
    'opted_out',
    transactional
      ? 'The contact opted out of messages, and has no open session on this channel in which an answer could be expected.'
      : 'The contact opted out of messages: it must opt in first. An answer inside an open session can be sent as `transactional`.',
  );
}

async function repliedId(id: string, channelId: string, { tx, deps }: WriteContext): Promise<string> {
  const { store } = aggregates.message;
  const isThere = and(eq(messages.channelId, channelId), isNull(messages.discardedAt));
  const message = named(
    await readOne(tx, deps.database.keysOf, store, id, isThere),
    'replyTo',
    'message to reply to on this channel',
    id,
  );
  if (message.channelMessageId === null)
    throw violated('reply_not_sent', 'The message to reply to was not sent yet: wait until it is.');
  return message.channelMessageId;
}

function typeOf(mimetype: string): 'image' | 'video' | 'audio' | 'document' {
  const kind = mimetype.split('/')[0]?.toLowerCase();
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'document';
}
