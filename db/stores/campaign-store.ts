// The campaign's table: the fold of its events.
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { campaigns } from '../schema/campaigns.ts';
import { defineStore } from '../state-store.ts';

export const campaignStore = defineStore<Campaign>({
  table: campaigns,
  columns: {
    id: 'plain',
    tenantId: 'plain',
    projectId: 'plain',
    name: 'plain',
    description: 'plain',
    goalType: 'plain',
    goalValue: 'plain',
    reEntry: 'plain',
    exitOnReply: 'plain',
    status: 'plain',
    steps: 'json',
    startDate: 'time',
    createdAt: 'time',
    activatedAt: 'time',
    pausedAt: 'time',
    completedAt: 'time',
    archivedAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
});
