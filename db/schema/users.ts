// Users. Sealed columns are text. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `users`. */
export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  email: text('email').notNull(),
  emailIndex: text('email_index').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});
