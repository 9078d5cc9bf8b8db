// The events of a billing account: who pays, by what means, and whether they may go on.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, reason } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

const accountId = id;
const someAccount = { accountId: '018f5a10-0000-7000-8000-000000000020' } as const;
const someTime = '2026-01-31T12:00:00.000Z';
/** The last four digits of a card or bank account. */
export const last4 = z.string().regex(/^[0-9]{4}$/);

export const billingAccountEvents = defineEvents('billing_account', {
  'billing.account.created': event({
    version: 1,
    summary: 'Someone who pays for projects was set up.',
    data: z.object({ accountId, userId: id, name: pii(label), billingEmail: pii(z.email().max(320)) }),
    webhooks: ['billing.account.created'],
    example: {
      ...someAccount,
      userId: '018f5a10-0000-7000-8000-00000000000c',
      name: 'Souza Ltda',
      billingEmail: 'contas@example.com',
    },
  }),
  'billing.stripe.customer_linked': event({
    version: 1,
    summary: 'The account has its customer at Stripe.',
    data: z.object({ accountId, stripeCustomerId: label }),
    webhooks: [],
    example: { ...someAccount, stripeCustomerId: 'cus_Q1w2E3r4T5y6' },
  }),
  'billing.payment.activated': event({
    version: 1,
    summary: 'The account pays by this means from now on.',
    data: z.object({ accountId, paymentMethodId: label, paymentMethodType: label, last4: last4.optional() }),
    webhooks: ['billing.payment.activated'],
    example: { ...someAccount, paymentMethodId: 'pm_1Q2w3E4r5T', paymentMethodType: 'card', last4: '4242' },
  }),
  'billing.account.suspended': event({
    version: 1,
    summary: 'The account was suspended: nothing chargeable until it pays.',
    data: z.object({ accountId, reason, suspendedAt: at }),
    webhooks: ['billing.account.suspended'],
    example: { ...someAccount, reason: 'payment_failed', suspendedAt: someTime },
  }),
  'billing.account.reactivated': event({
    version: 1,
    summary: 'A suspended account goes on.',
    data: z.object({ accountId, reactivatedAt: at }),
    webhooks: ['billing.account.reactivated'],
    example: { ...someAccount, reactivatedAt: someTime },
  }),
  'billing.account.canceled': event({
    version: 1,
    summary: 'The account was canceled for good.',
    data: z.object({ accountId, canceledAt: at }),
    webhooks: ['billing.account.canceled'],
    example: { ...someAccount, canceledAt: someTime },
  }),
});

/** Any event of a billing account. */
export type BillingAccountEvent = EventsOf<typeof billingAccountEvents>;
