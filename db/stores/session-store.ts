// The session's table: nothing personal in it.
import type { Session } from '../../domain/session/session.ts';
import { sessions } from '../schema/sessions.ts';
import { defineStore } from '../state-store.ts';

export const sessionStore = defineStore<Session>({
  table: sessions,
  columns: {
    id: 'plain',
    tenantId: 'plain',
    projectId: 'plain',
    contactId: 'plain',
    channelId: 'plain',
    channelTypeId: 'plain',
    chatId: 'plain',
    status: 'plain',
    startedAt: 'time',
    endedAt: 'time',
    endReason: 'plain',
    messageCount: 'plain',
    contactMessageCount: 'plain',
    ownMessageCount: 'plain',
    firstMessageAt: 'time',
    lastMessageAt: 'time',
    agentId: 'plain',
    reassignmentCount: 'plain',
    resolvedAt: 'time',
    escalatedAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.contactId,
  erased: {},
});
