// The table of the pipelines' statuses. Nothing in it is personal.
import type { Status } from '../../domain/status/status.ts';
import { pipelineStatuses } from '../schema/pipelines.ts';
import { defineStore } from '../state-store.ts';

export const statusStore = defineStore<Status>({
  table: pipelineStatuses,
  columns: {
    id: 'plain',
    projectId: 'plain',
    pipelineId: 'plain',
    name: 'plain',
    statusType: 'plain',
    description: 'plain',
    color: 'plain',
    active: 'plain',
    createdAt: 'time',
    removedAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
  unique: {
    pipeline_statuses_name: {
      rule: 'status_name_taken',
      message: 'Another status of the pipeline has this name: choose another one.',
    },
  },
});
