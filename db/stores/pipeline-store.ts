// The pipeline's table. Nothing in it is personal.
import type { Pipeline } from '../../domain/pipeline/pipeline.ts';
import { pipelines } from '../schema/pipelines.ts';
import { defineStore } from '../state-store.ts';

export const pipelineStore = defineStore<Pipeline>({
  table: pipelines,
  columns: {
    id: 'plain',
    projectId: 'plain',
    name: 'plain',
    description: 'plain',
    color: 'plain',
    active: 'plain',
    statusIds: 'json',
    leadQualificationEnabled: 'plain',
    leadQualification: 'json',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
  unique: {
    pipelines_name: {
      rule: 'pipeline_name_taken',
      message: 'Another pipeline of the project has this name: choose another one.',
    },
  },
});
