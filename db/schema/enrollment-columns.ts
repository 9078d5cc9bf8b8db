// The columns that enrolments in campaigns and in sequences have in common, as domain/outreach/course.ts has their state.
import { bigint, boolean, integer, jsonb, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** New columns for one table: drizzle binds each to the table it is given to. */
export const enrollmentColumns = () => ({
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  contactId: uuid('contact_id').notNull(),
  status: text('status').notNull(),
  steps: jsonb('steps').notNull(),
  reEntry: boolean('re_entry').notNull(),
  exitOnReply: boolean('exit_on_reply').notNull(),
  currentStepOrder: integer('current_step_order').notNull(),
  nextScheduledAt: timestamp('next_scheduled_at', { withTimezone: true }),
  pausedAt: timestamp('paused_at', { withTimezone: true }),
  completedAt: timestamp('completed_at', { withTimezone: true }),
  exitedAt: timestamp('exited_at', { withTimezone: true }),
  exitReason: text('exit_reason'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
