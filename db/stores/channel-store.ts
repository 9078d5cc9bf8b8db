// The channel's table. Its webhook secret lies apart, in channel_secrets.
import type { Channel } from '../../domain/channel/channel.ts';
import { channels } from '../schema/channels.ts';
import { defineStore } from '../state-store.ts';

export const channelStore = defineStore<Channel>({
  table: channels,
  columns: {
    id: 'plain',
    projectId: 'plain',
    name: 'plain',
    type: 'plain',
    externalId: 'plain',
    status: 'plain',
    webhookUrl: 'plain',
    messageGrouping: 'json',
    aiProcessing: 'plain',
    pipelineId: 'plain',
    historyImport: 'json',
    labels: 'json',
    lastError: 'plain',
    activationRequestedAt: 'time',
    activatedAt: 'time',
    disconnectedAt: 'time',
    deletedAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
});
