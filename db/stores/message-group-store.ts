// The message group's table.
import type { MessageGroup } from '../../domain/message-group/message-group.ts';
import { messageGroups } from '../schema/message-groups.ts';
import { defineStore } from '../state-store.ts';

export const messageGroupStore = defineStore<MessageGroup>({
  table: messageGroups,
  columns: {
    id: 'plain',
    contactId: 'plain',
    channelId: 'plain',
    sessionId: 'plain',
    projectId: 'plain',
    status: 'plain',
    messageIds: 'json',
    lastMessageAt: 'time',
    dueAt: 'time',
    capAt: 'time',
    startedAt: 'time',
    completedAt: 'time',
    expiredAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.contactId,
  erased: {},
});
