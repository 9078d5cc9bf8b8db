// The table of a broadcast's recipients: nothing personal in it.
import type { BroadcastRecipient } from '../../domain/broadcast-recipient/broadcast-recipient.ts';
import { broadcastRecipients } from '../schema/broadcasts.ts';
import { defineStore } from '../state-store.ts';

export const broadcastRecipientStore = defineStore<BroadcastRecipient>({
  table: broadcastRecipients,
  columns: {
    id: 'plain',
    projectId: 'plain',
    broadcastId: 'plain',
    contactId: 'plain',
    status: 'plain',
    reason: 'plain',
    messageId: 'plain',
    attempt: 'plain',
    notBefore: 'time',
    mayHaveArrived: 'plain',
    begunAt: 'time',
    settledAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.contactId,
  erased: {},
});
