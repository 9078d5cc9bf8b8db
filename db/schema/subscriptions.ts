// Billing subscriptions. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `subscriptions`. */
export const subscriptions = pgTable('subscriptions', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  accountId: uuid('account_id').notNull(),
  stripeSubscriptionId: text('stripe_subscription_id').notNull(),
  priceId: text('price_id').notNull(),
  status: text('status').notNull(),
  periodStart: timestamp('period_start', { withTimezone: true }),
  periodEnd: timestamp('period_end', { withTimezone: true }),
  trialEndsAt: timestamp('trial_ends_at', { withTimezone: true }),
  cancelAt: timestamp('cancel_at', { withTimezone: true }),
  canceledAt: timestamp('canceled_at', { withTimezone: true }),
  isCancelUnconfirmed: boolean('is_cancel_unconfirmed').notNull(),
  requestedPriceId: text('requested_price_id'),
  refusedReason: text('refused_reason'),
  asOf: timestamp('as_of', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
