// Trackings. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `trackings`. */
export const trackings = pgTable('trackings', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  contactId: uuid('contact_id').notNull(),
  sessionId: uuid('session_id'),
  source: text('source').notNull(),
  platform: text('platform').notNull(),
  fields: jsonb('fields').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
