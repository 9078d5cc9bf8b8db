// Chats. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `chats`. */
export const chats = pgTable('chats', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  channelId: uuid('channel_id').notNull(),
  chatType: text('chat_type').notNull(),
  externalId: text('external_id').notNull(),
  externalIdIndex: text('external_id_index').notNull(),
  contactId: uuid('contact_id'),
  subject: text('subject'),
  description: text('description'),
  status: text('status').notNull(),
  participants: text('participants').notNull(),
  labels: jsonb('labels').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  closedAt: timestamp('closed_at', { withTimezone: true }),
});
