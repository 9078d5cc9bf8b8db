// Sequences and who is in them. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { enrollmentColumns } from './enrollment-columns.ts';

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
  ...enrollmentColumns(),
  sequenceId: uuid('sequence_id').notNull(),
});
