// The sequence's table.
import type { Sequence } from '../../domain/sequence/sequence.ts';
import { sequences } from '../schema/sequences.ts';
import { defineStore } from '../state-store.ts';

export const sequenceStore = defineStore<Sequence>({
  table: sequences,
  columns: {
    id: 'plain',
    tenantId: 'plain',
    projectId: 'plain',
    name: 'plain',
    description: 'plain',
    channelId: 'plain',
    trigger: 'json',
    exitOnReply: 'plain',
    reEntry: 'plain',
    status: 'plain',
    steps: 'json',
    createdAt: 'time',
    activatedAt: 'time',
    archivedAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
});
