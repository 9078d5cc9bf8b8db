// Message groups. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `message_groups`. */
export const messageGroups = pgTable('message_groups', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  contactId: uuid('contact_id').notNull(),
  channelId: uuid('channel_id').notNull(),
  sessionId: uuid('session_id').notNull(),
  status: text('status').notNull(),
  messageIds: jsonb('message_ids').notNull(),
  lastMessageAt: timestamp('last_message_at', { withTimezone: true }),
  dueAt: timestamp('due_at', { withTimezone: true }),
  capAt: timestamp('cap_at', { withTimezone: true }),
  startedAt: timestamp('started_at', { withTimezone: true }),
  completedAt: timestamp('completed_at', { withTimezone: true }),
  expiredAt: timestamp('expired_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
