// The events of a billing subscription: what an account pays for, as Stripe keeps it.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label } from '../kernel/fields.ts';

/** What a subscription can be; Stripe's own words. */
export const subscriptionStatuses = [
  'trialing',
  'active',
  'incomplete',
  'incomplete_expired',
  'past_due',
  'canceled',
  'unpaid',
  'paused',
] as const;

const status = z.enum(subscriptionStatuses);
const subscription = { subscriptionId: id, accountId: id };
const someSubscription = {
  subscriptionId: '018f5a10-0000-7000-8000-000000000021',
  accountId: '018f5a10-0000-7000-8000-000000000020',
} as const;
const someTime = '2026-01-31T12:00:00.000Z';
const someEnd = '2026-02-28T12:00:00.000Z';

export const subscriptionEvents = defineEvents('subscription', {
  'billing.subscription.created': event({
    version: 1,
    summary: 'An account subscribed.',
    data: z.object({ ...subscription, stripeSubscriptionId: label, priceId: label, status }),
    webhooks: ['billing.subscription.created'],
    example: {
      ...someSubscription,
      stripeSubscriptionId: 'sub_1Q2w3E4r5T',
      priceId: 'price_1Q2w3E4r5T',
      status: 'trialing',
    },
  }),
  'billing.subscription.status_changed': event({
    version: 1,
    summary: "The subscription's status changed.",
    data: z.object({ ...subscription, oldStatus: status, newStatus: status }),
    webhooks: ['billing.subscription.status_changed'],
    example: { ...someSubscription, oldStatus: 'active', newStatus: 'past_due' },
  }),
  'billing.subscription.trial_started': event({
    version: 1,
    summary: 'A trial began.',
    data: z.object({ ...subscription, trialEndsAt: at }),
    webhooks: ['billing.subscription.trial_started'],
    example: { ...someSubscription, trialEndsAt: someEnd },
  }),
  'billing.subscription.price_changed': event({
    version: 1,
    summary: 'The subscription has another price.',
    data: z.object({ ...subscription, oldPriceId: label, newPriceId: label }),
    webhooks: ['billing.subscription.price_changed'],
    example: { ...someSubscription, oldPriceId: 'price_1Q2w3E4r5T', newPriceId: 'price_9O8i7U6y5T' },
  }),
  'billing.subscription.cancel_scheduled': event({
    version: 1,
    summary: 'The subscription will end at this moment.',
    data: z.object({ ...subscription, cancelAt: at }),
    webhooks: ['billing.subscription.cancel_scheduled'],
    example: { ...someSubscription, cancelAt: someEnd },
  }),
  'billing.subscription.canceled': event({
    version: 1,
    summary: 'The subscription ended for good.',
    data: z.object({ ...subscription, canceledAt: at }),
    webhooks: ['billing.subscription.canceled'],
    example: { ...someSubscription, canceledAt: someTime },
  }),
  'billing.subscription.reactivated': event({
    version: 1,
    summary: 'A scheduled end was taken back, or an unpaid or paused subscription goes on.',
    data: z.object({ ...subscription, reactivatedAt: at }),
    webhooks: ['billing.subscription.reactivated'],
    example: { ...someSubscription, reactivatedAt: someTime },
  }),
  'billing.subscription.period_updated': event({
    version: 1,
    summary: 'The period that is paid for changed.',
    data: z.object({ ...subscription, periodStart: at, periodEnd: at }),
    webhooks: [],
    example: { ...someSubscription, periodStart: someTime, periodEnd: someEnd },
  }),
});

/** Any event of a subscription. */
export type SubscriptionEvent = EventsOf<typeof subscriptionEvents>;
