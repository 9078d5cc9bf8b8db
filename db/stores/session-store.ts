// The session's table: of all it holds only the summary is personal.
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
    abandonedAt: 'time',
    summary: 'sealed',
    sentiment: 'plain',
    sentimentScore: 'plain',
    summarizedAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.contactId,
  erased: { summary: null },
});
