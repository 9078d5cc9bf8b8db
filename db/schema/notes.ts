// Notes. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `notes`. */
export const notes = pgTable('notes', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  contactId: uuid('contact_id').notNull(),
  sessionId: uuid('session_id'),
  authorId: uuid('author_id').notNull(),
  authorType: text('author_type').notNull(),
  content: text('content').notNull(),
  noteType: text('note_type').notNull(),
  priority: text('priority').notNull(),
  pinned: boolean('pinned').notNull(),
  forAgentId: uuid('for_agent_id'),
  dueAt: timestamp('due_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true }),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});
