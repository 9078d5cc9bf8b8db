// Invoices. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `invoices`. */
export const invoices = pgTable('invoices', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  accountId: uuid('account_id').notNull(),
  subscriptionId: uuid('subscription_id'),
  stripeInvoiceId: text('stripe_invoice_id').notNull(),
  status: text('status').notNull(),
  amountDue: bigint('amount_due', { mode: 'number' }).notNull(),
  amountPaid: bigint('amount_paid', { mode: 'number' }).notNull(),
  currency: text('currency').notNull(),
  dueAt: timestamp('due_at', { withTimezone: true }),
  attemptCount: integer('attempt_count').notNull(),
  failureReason: text('failure_reason'),
  failedAt: timestamp('failed_at', { withTimezone: true }),
  uncollectibleAt: timestamp('uncollectible_at', { withTimezone: true }),
  settledAt: timestamp('settled_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
