// The billing subscription's table.
import type { Subscription } from '../../domain/subscription/subscription.ts';
import { subscriptions } from '../schema/subscriptions.ts';
import { defineStore } from '../state-store.ts';

export const subscriptionStore = defineStore<Subscription>({
  table: subscriptions,
  columns: {
    id: 'plain',
    accountId: 'plain',
    stripeSubscriptionId: 'plain',
    priceId: 'plain',
    status: 'plain',
    periodStart: 'time',
    periodEnd: 'time',
    trialEndsAt: 'time',
    cancelAt: 'time',
    canceledAt: 'time',
    isCancelUnconfirmed: 'plain',
    requestedPriceId: 'plain',
    refusedReason: 'plain',
    asOf: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
  unique: {
    subscriptions_stripe: {
      rule: 'stripe_subscription_taken',
      message: 'This subscription of Stripe is known under another id: use that one.',
    },
  },
});
