// Enrichments. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `enrichments`. */
export const enrichments = pgTable('enrichments', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  messageId: uuid('message_id').notNull(),
  contactId: uuid('contact_id').notNull(),
  kind: text('kind').notNull(),
  mediaUrl: text('media_url'),
  status: text('status').notNull(),
  provider: text('provider'),
  result: text('result'),
  failureReason: text('failure_reason'),
  completedAt: timestamp('completed_at', { withTimezone: true }),
  failedAt: timestamp('failed_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
