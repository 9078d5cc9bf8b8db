// The tracking's table.
import type { Tracking } from '../../domain/tracking/tracking.ts';
import { trackings } from '../schema/trackings.ts';
import { defineStore } from '../state-store.ts';

export const trackingStore = defineStore<Tracking>({
  table: trackings,
  columns: {
    id: 'plain',
    projectId: 'plain',
    contactId: 'plain',
    sessionId: 'plain',
    source: 'plain',
    platform: 'plain',
    fields: 'json',
    createdAt: 'time',
  },
  subject: (state) => state.contactId,
  erased: {},
});
