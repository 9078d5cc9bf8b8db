// Pipelines and their statuses. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `pipelines`. */
export const pipelines = pgTable('pipelines', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  description: text('description'),
  color: text('color'),
  active: boolean('active').notNull(),
  statusIds: jsonb('status_ids').notNull(),
  leadQualificationEnabled: boolean('lead_qualification_enabled').notNull(),
  leadQualification: jsonb('lead_qualification'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `pipeline_statuses`. */
export const pipelineStatuses = pgTable('pipeline_statuses', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  pipelineId: uuid('pipeline_id').notNull(),
  name: text('name').notNull(),
  statusType: text('status_type').notNull(),
  description: text('description'),
  color: text('color'),
  active: boolean('active').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  removedAt: timestamp('removed_at', { withTimezone: true }),
});
