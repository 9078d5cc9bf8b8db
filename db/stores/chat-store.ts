// The chat's table. Group chats are found by their address, individual ones by their contact, whatever form its address has.
import type { Chat } from '../../domain/chat/chat.ts';
import { chats } from '../schema/chats.ts';
import { defineStore } from '../state-store.ts';

/** What a chat is found by inside its channel. */
export function chatLookup(chat: Pick<Chat, 'chatType' | 'externalId' | 'contactId'>): {
  readonly field: string;
  readonly value: string;
} {
  const value =
    chat.chatType === 'individual' && chat.contactId !== null
      ? `contact:${chat.contactId}`
      : `address:${chat.externalId}`;
  return { field: 'chat.external_id', value };
}

export const chatStore = defineStore<Chat>({
  table: chats,
  columns: {
    id: 'plain',
    projectId: 'plain',
    channelId: 'plain',
    chatType: 'plain',
    externalId: 'sealed',
    contactId: 'plain',
    subject: 'plain',
    description: 'plain',
    status: 'plain',
    participants: 'sealed',
    labels: 'json',
    createdAt: 'time',
    closedAt: 'time',
  },
  // An individual chat is about its contact and forgotten with it; a group has a key of its own.
  subject: (state) => state.contactId ?? state.id,
  erased: { externalId: '', participants: [] },
  blind: (state) => ({ external_id_index: chatLookup(state) }),
});
