// Projects. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `projects`. */
export const projects = pgTable('projects', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  userId: uuid('user_id').notNull(),
  name: text('name').notNull(),
  billingAccountId: uuid('billing_account_id'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
