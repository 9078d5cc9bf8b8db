// The automations' table and that of their rules' runs: nothing personal in them.
import type { Automation } from '../../domain/automation/automation.ts';
import type { AutomationRun } from '../../domain/automation-run/automation-run.ts';
import { automationRuns, automations } from '../schema/automations.ts';
import { defineStore } from '../state-store.ts';

export const automationStore = defineStore<Automation>({
  table: automations,
  columns: {
    id: 'plain',
    projectId: 'plain',
    pipelineId: 'plain',
    name: 'plain',
    enabled: 'plain',
    triggerType: 'plain',
    trigger: 'json',
    rules: 'json',
    enabledAt: 'time',
    disabledAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
});

export const automationRunStore = defineStore<AutomationRun>({
  table: automationRuns,
  columns: {
    id: 'plain',
    projectId: 'plain',
    automationId: 'plain',
    ruleId: 'plain',
    contactId: 'plain',
    sessionId: 'plain',
    channelId: 'plain',
    triggerType: 'plain',
    triggeringEventId: 'plain',
    status: 'plain',
    actions: 'json',
    chain: 'json',
    failedAction: 'plain',
    failureReason: 'plain',
    executedAt: 'time',
    failedAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
});
