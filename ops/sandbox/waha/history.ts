// A past for a session: so many chats with so many messages each, the same for the same request, with all that makes pages of history awkward.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ackName, type SandboxState, type Session, type StoredMessage, type WaMessage } from './state.ts';

/** What the past is like. `everyNth…`: of the messages of a chat, or of the chats; 0: none. Times in seconds. */
export const historyRequest = z.strictObject({
  chats: z.number().int().min(0).max(10_000),
  messagesPerChat: z.number().int().min(1).max(100_000),
  /** When the last message of each chat was. */
  endsAt: z.number().int().min(0).default(1_780_000_000),
  /** Between messages of one conversation; 0: all in one second. */
  spacing: z.number().int().min(0).default(60),
  messagesPerConversation: z.number().int().min(1).default(10),
  /** Between conversations. */
  silence: z.number().int().min(1).default(86_400),
  /** Deleted for everyone: pages with them are short. */
  everyNthRevoked: z.number().int().min(0).default(0),
  everyNthMedia: z.number().int().min(0).default(0),
  everyNthOwn: z.number().int().min(0).default(3),
  everyNthGroup: z.number().int().min(0).default(0),
  /** Chats under a hidden id; every other of them has a number behind it. */
  everyNthHidden: z.number().int().min(0).default(0),
});
type HistoryRequest = z.infer<typeof historyRequest>;

const isNth = (every: number, index: number): boolean => every > 0 && index % every === every - 1;

/** Puts the past in front of what the session has; messages that are there already stay as they are. Tells what came of it. */
export function putHistory(state: SandboxState, session: Session, wanted: HistoryRequest) {
  const known = new Set(state.messages.flatMap((one) => (one.session === session.name ? [one.innerId] : [])));
  const made: StoredMessage[] = [];
  const chats: string[] = [];
  for (let chat = 0; chat < wanted.chats; chat += 1) {
    const chatId = addressOf(state, wanted, chat);
    chats.push(chatId);
    for (let index = 0; index < wanted.messagesPerChat; index += 1) {
      const one = messageOf(session, wanted, { chat, chatId, index });
      if (!known.has(one.innerId)) made.push(one);
    }
  }
  // One by one: so many are too many arguments.
  for (const one of made) state.messages.push(one);
  const shown = made.filter(({ revoked }) => !revoked).length;
  return { chats: chats.length, messages: made.length, shown, addresses: chats.slice(0, 100) };
}

function addressOf(state: SandboxState, wanted: HistoryRequest, chat: number): string {
  const digits = String(chat).padStart(8, '0');
  if (isNth(wanted.everyNthGroup, chat)) return `1203630${digits}@g.us`;
  if (!isNth(wanted.everyNthHidden, chat)) return `55219${digits}@c.us`;
  const lid = `1880000${digits}@lid`;
  if (chat % 2 === 0) state.lids.set(lid, `55218${digits}@c.us`);
  return lid;
}

type Place = { readonly chat: number; readonly chatId: string; readonly index: number };

function messageOf(session: Session, wanted: HistoryRequest, { chat, chatId, index }: Place): StoredMessage {
  const isGroup = chatId.endsWith('@g.us');
  const own = isNth(wanted.everyNthOwn, index);
  const innerId = `3EB0${createHash('sha256').update(`${chat} ${index}`).digest('hex').slice(0, 18).toUpperCase()}`;
  const participant = isGroup && !own ? `55217${String(chat * 7 + (index % 5)).padStart(8, '0')}@c.us` : null;
  const id = [own, chatId, innerId, ...(participant ? [participant] : [])].join('_');
  const hasMedia = isNth(wanted.everyNthMedia, index);
  const message: WaMessage = {
    ...{
      id,
      timestamp: secondOf(wanted, index),
      from: own ? session.me.id : chatId,
      fromMe: own,
      to: own ? chatId : session.me.id,
    },
    ...{ body: hasMedia ? null : `Message ${index + 1} of chat ${chat + 1}`, hasMedia, participant },
    // Not downloaded: what the file is stands in the engine's data alone.
    ...(hasMedia && { media: null, _data: { Message: { imageMessage: { mimetype: 'image/jpeg' } } } }),
    ...(!own && !hasMedia && { _data: { Info: { PushName: `Person ${chat + 1}` } } }),
    ...{ ack: own ? 3 : 2, ackName: ackName(own ? 3 : 2), source: own ? 'app' : undefined },
  };
  return { session: session.name, chatId, innerId, revoked: isNth(wanted.everyNthRevoked, index), message };
}

/** Backwards from the end, so that a longer past begins earlier. */
function secondOf(
  { endsAt, spacing, silence, messagesPerConversation, messagesPerChat }: HistoryRequest,
  index: number,
): number {
  const back = messagesPerChat - 1 - index;
  const conversation = Math.floor(back / messagesPerConversation);
  return (
    endsAt -
    conversation * (silence + spacing * (messagesPerConversation - 1)) -
    (back % messagesPerConversation) * spacing
  );
}
