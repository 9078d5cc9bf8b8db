// The broadcast's table. With its start the list begins to become recipients; with a bad end those who wait are passed over.
import type { Broadcast } from '../../domain/broadcast/broadcast.ts';
import { broadcasts } from '../schema/broadcasts.ts';
import { defineStore } from '../state-store.ts';

export const broadcastStore = defineStore<Broadcast>({
  table: broadcasts,
  columns: {
    id: 'plain',
    tenantId: 'plain',
    projectId: 'plain',
    name: 'plain',
    listId: 'plain',
    channelId: 'plain',
    message: 'json',
    ratePerMinute: 'plain',
    status: 'plain',
    scheduledAt: 'time',
    startedAt: 'time',
    pausedAt: 'time',
    endedAt: 'time',
    failureReason: 'plain',
    round: 'plain',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
});
