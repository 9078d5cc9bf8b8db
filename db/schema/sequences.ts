// Sequences and who is in them. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `sequences`. */
export const sequences = pgTable('sequences', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  description: text('description'),
  channelId: uuid('channel_id'),
  trigger: jsonb('trigger').notNull(),
  exitOnReply: boolean('exit_on_reply').notNull(),
  reEntry: boolean('re_entry').notNull(),
  status: text('status').notNull(),
  steps: jsonb('steps').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  activatedAt: timestamp('activated_at', { withTimezone: true }),
  archivedAt: timestamp('archived_at', { withTimezone: true }),
});

/** Rows of `sequence_enrollments`. */
export const sequenceEnrollments = pgTable('sequence_enrollments', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  sequenceId: uuid('sequence_id').notNull(),
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
