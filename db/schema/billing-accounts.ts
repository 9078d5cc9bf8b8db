// Billing accounts. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `billing_accounts`. */
export const billingAccounts = pgTable('billing_accounts', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  userId: uuid('user_id').notNull(),
  name: text('name').notNull(),
  billingEmail: text('billing_email').notNull(),
  status: text('status').notNull(),
  stripeCustomerId: text('stripe_customer_id'),
  paymentMethodId: text('payment_method_id'),
  paymentMethodType: text('payment_method_type'),
  last4: text('last4'),
  paymentAsOf: timestamp('payment_as_of', { withTimezone: true }),
  suspendedReason: text('suspended_reason'),
  statusAsOf: timestamp('status_as_of', { withTimezone: true }),
  canceledAt: timestamp('canceled_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
