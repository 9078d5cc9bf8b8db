// The enrichment's table: result and media address sealed by the contact's key.
import type { Enrichment } from '../../domain/enrichment/enrichment.ts';
import { enrichments } from '../schema/enrichments.ts';
import { defineStore } from '../state-store.ts';

export const enrichmentStore = defineStore<Enrichment>({
  table: enrichments,
  columns: {
    id: 'plain',
    projectId: 'plain',
    messageId: 'plain',
    contactId: 'plain',
    kind: 'plain',
    mediaUrl: 'sealed',
    status: 'plain',
    provider: 'plain',
    result: 'sealed',
    failureReason: 'plain',
    completedAt: 'time',
    failedAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.contactId,
  erased: { mediaUrl: null, result: null },
});
