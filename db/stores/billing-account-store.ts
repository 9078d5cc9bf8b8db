// The billing account's table.
import type { BillingAccount } from '../../domain/billing-account/billing-account.ts';
import { billingAccounts } from '../schema/billing-accounts.ts';
import { defineStore } from '../state-store.ts';

export const billingAccountStore = defineStore<BillingAccount>({
  table: billingAccounts,
  columns: {
    id: 'plain',
    userId: 'plain',
    name: 'sealed',
    billingEmail: 'sealed',
    status: 'plain',
    stripeCustomerId: 'plain',
    paymentMethodId: 'plain',
    paymentMethodType: 'plain',
    last4: 'plain',
    paymentAsOf: 'time',
    suspendedReason: 'plain',
    statusAsOf: 'time',
    canceledAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: { name: '', billingEmail: '' },
  unique: {
    billing_accounts_stripe_customer: {
      rule: 'customer_taken',
      message: 'Another billing account has this customer at Stripe: use that account.',
    },
  },
});
