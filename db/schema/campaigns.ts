// Campaigns and who is in them. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, doublePrecision, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { enrollmentColumns } from './enrollment-columns.ts';

/** Rows of `campaigns`. */
export const campaigns = pgTable('campaigns', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  description: text('description'),
  goalType: text('goal_type').notNull(),
  goalValue: doublePrecision('goal_value'),
  reEntry: boolean('re_entry').notNull(),
  exitOnReply: boolean('exit_on_reply').notNull(),
  status: text('status').notNull(),
  steps: jsonb('steps').notNull(),
  startDate: timestamp('start_date', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  activatedAt: timestamp('activated_at', { withTimezone: true }),
  pausedAt: timestamp('paused_at', { withTimezone: true }),
  completedAt: timestamp('completed_at', { withTimezone: true }),
  archivedAt: timestamp('archived_at', { withTimezone: true }),
});

/** Rows of `campaign_enrollments`. */
export const campaignEnrollments = pgTable('campaign_enrollments', {
  ...enrollmentColumns(),
  campaignId: uuid('campaign_id').notNull(),
});
