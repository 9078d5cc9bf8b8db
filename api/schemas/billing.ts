// Billing as it is read: accounts, subscriptions, invoices, usage meters.
import { z } from '@hono/zod-openapi';
import { billingAccountStatuses } from '../../domain/billing-account/billing-account.ts';
import { invoiceStatuses } from '../../domain/invoice/events.ts';
import { amount, currency } from '../../domain/kernel/money.ts';
import { subscriptionStatuses } from '../../domain/subscription/events.ts';
import { erased, moment, sequence, uuid } from './common.ts';

const money = amount.meta({ description: 'In whole minor units of the currency (cents).', example: 4990 });

/** A billing account. */
export const billingAccountSchema = z
  .object({
    id: uuid,
    userId: uuid,
    name: z.string().nullable(),
    billingEmail: z.string().nullable(),
    status: z.enum(billingAccountStatuses).openapi({
      description:
        'pending: nothing to pay with yet · active · suspended: it does not pay, nothing chargeable happens · canceled: for good',
    }),
    stripeCustomerId: z.string().nullable(),
    paymentMethodType: z.string().nullable(),
    last4: z.string().nullable(),
    suspendedReason: z.string().nullable(),
    canceledAt: moment.nullable(),
    createdAt: moment,
    sequence,
    erased,
  })
  .openapi('BillingAccount');

/** A subscription. */
export const subscriptionSchema = z
  .object({
    id: uuid,
    accountId: uuid,
    stripeSubscriptionId: z.string(),
    priceId: z.string(),
    status: z.enum(subscriptionStatuses),
    periodStart: moment.nullable(),
    periodEnd: moment.nullable(),
    trialEndsAt: moment.nullable(),
    cancelAt: moment.nullable().openapi({ description: 'When it is to end.' }),
    canceledAt: moment.nullable(),
    requestedPriceId: z.string().nullable().openapi({ description: 'Asked for, and not agreed to by Stripe yet.' }),
    refusedReason: z.string().nullable().openapi({ description: 'Why Stripe did not agree to what was asked last.' }),
    createdAt: moment,
    sequence,
  })
  .openapi('Subscription');

/** An invoice. */
export const invoiceSchema = z
  .object({
    id: uuid,
    accountId: uuid,
    subscriptionId: uuid.nullable(),
    stripeInvoiceId: z.string(),
    status: z.enum(invoiceStatuses),
    amountDue: money,
    amountPaid: money,
    currency,
    dueAt: moment.nullable(),
    attemptCount: z.number().int().openapi({ description: 'How often collecting it failed.' }),
    failureReason: z.string().nullable(),
    failedAt: moment.nullable(),
    uncollectibleAt: moment.nullable(),
    settledAt: moment.nullable().openapi({ description: 'When it was paid or declared void.' }),
    createdAt: moment,
    sequence,
  })
  .openapi('Invoice');

const used = amount.meta({ example: 42 });

/** A usage meter. */
export const usageMeterSchema = z
  .object({
    id: uuid,
    accountId: uuid,
    metric: z.string(),
    stripeMeterEventName: z.string(),
    total: used.meta({ description: 'Used in the period that runs.' }),
    counted: used.meta({ description: 'Used since it was set up.' }),
    reported: used.meta({ description: 'Of that, told to Stripe.' }),
    reportedAt: moment.nullable(),
    periodStart: moment.nullable(),
    periodEnd: moment.nullable(),
    createdAt: moment,
    sequence,
  })
  .openapi('UsageMeter');
