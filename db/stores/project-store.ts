// The project's table.
import type { Project } from '../../domain/project/project.ts';
import { projects } from '../schema/projects.ts';
import { defineStore } from '../state-store.ts';

export const projectStore = defineStore<Project>({
  table: projects,
  columns: { id: 'plain', userId: 'plain', name: 'plain', billingAccountId: 'plain', createdAt: 'time' },
  subject: (state) => state.id,
  erased: {},
});
