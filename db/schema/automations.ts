// Automations, the runs of their rules, and why each rule fired or not. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, jsonb, pgTable, primaryKey, smallint, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `automations`. */
export const automations = pgTable('automations', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  pipelineId: uuid('pipeline_id').notNull(),
  name: text('name').notNull(),
  enabled: boolean('enabled').notNull(),
  triggerType: text('trigger_type').notNull(),
  trigger: jsonb('trigger').notNull(),
  rules: jsonb('rules').notNull(),
  enabledAt: timestamp('enabled_at', { withTimezone: true }),
  disabledAt: timestamp('disabled_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `automation_runs`. */
export const automationRuns = pgTable('automation_runs', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  automationId: uuid('automation_id').notNull(),
  ruleId: uuid('rule_id').notNull(),
  contactId: uuid('contact_id'),
  sessionId: uuid('session_id'),
  channelId: uuid('channel_id'),
  triggerType: text('trigger_type').notNull(),
  triggeringEventId: uuid('triggering_event_id').notNull(),
  status: text('status').notNull(),
  actions: jsonb('actions').notNull(),
  chain: jsonb('chain').notNull(),
  failedAction: text('failed_action'),
  failureReason: text('failure_reason'),
  executedAt: timestamp('executed_at', { withTimezone: true }),
  failedAt: timestamp('failed_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `automation_run_actions`. */
export const automationRunActions = pgTable(
  'automation_run_actions',
  {
    tenantId: text('tenant_id').notNull(),
    runId: uuid('run_id').notNull(),
    position: smallint('position').notNull(),
    actionType: text('action_type').notNull(),
    doneAt: timestamp('done_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.position] })],
);

/** Rows of `automation_evaluations`. */
export const automationEvaluations = pgTable(
  'automation_evaluations',
  {
    tenantId: text('tenant_id').notNull(),
    automationId: uuid('automation_id').notNull(),
    eventId: uuid('event_id').notNull(),
    ruleId: uuid('rule_id').notNull(),
    fires: boolean('fires').notNull(),
    reason: text('reason').notNull(),
    conditions: jsonb('conditions').notNull(),
    runId: uuid('run_id'),
    evaluatedAt: timestamp('evaluated_at', { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.automationId, table.eventId, table.ruleId] })],
);
