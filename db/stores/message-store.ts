// The message's table: all content sealed by the contact's key.
import type { Message } from '../../domain/message/message.ts';
import { messages } from '../schema/messages.ts';
import { defineStore } from '../state-store.ts';

export const messageStore = defineStore<Message>({
  table: messages,
  columns: {
    id: 'plain',
    projectId: 'plain',
    channelId: 'plain',
    chatId: 'plain',
    sessionId: 'plain',
    contactId: 'plain',
    channelMessageId: 'plain',
    fromMe: 'plain',
    source: 'plain',
    messageType: 'plain',
    status: 'plain',
    body: 'sealed',
    media: 'sealed',
    location: 'sealed',
    vcards: 'sealed',
    replyToChannelMessageId: 'plain',
    arrival: 'plain',
    sentAt: 'time',
    deliveredAt: 'time',
    readAt: 'time',
    playedAt: 'time',
    failedAt: 'time',
    failureReason: 'plain',
    editedAt: 'time',
    revokedAt: 'time',
    reactions: 'sealed',
    discardedAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.contactId,
  erased: { body: null, media: null, location: null, vcards: null, reactions: [] },
});
