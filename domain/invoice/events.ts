// The events of an invoice: what an account owes and whether it was paid. Money in whole minor units.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, count, id, label, reason } from '../kernel/fields.ts';
import { amount, currency } from '../kernel/money.ts';

/** What an invoice can be; Stripe's own words. */
export const invoiceStatuses = ['draft', 'open', 'paid', 'uncollectible', 'void'] as const;

const invoice = { invoiceId: id, accountId: id };
const someInvoice = {
  invoiceId: '018f5a10-0000-7000-8000-000000000022',
  accountId: '018f5a10-0000-7000-8000-000000000020',
} as const;
const someTime = '2026-01-31T12:00:00.000Z';

export const invoiceEvents = defineEvents('invoice', {
  'billing.invoice.created': event({
    version: 1,
    summary: 'An invoice was made out.',
    data: z.object({
      ...invoice,
      stripeInvoiceId: label,
      amountDue: amount,
      currency,
      status: z.enum(invoiceStatuses),
    }),
    webhooks: ['billing.invoice.created'],
    example: { ...someInvoice, stripeInvoiceId: 'in_1Q2w3E4r5T', amountDue: 4990, currency: 'BRL', status: 'draft' },
  }),
  'billing.invoice.paid': event({
    version: 1,
    summary: 'An invoice was paid.',
    data: z.object({ ...invoice, amountPaid: amount, currency, paidAt: at }),
    webhooks: ['billing.invoice.paid'],
    example: { ...someInvoice, amountPaid: 4990, currency: 'BRL', paidAt: someTime },
  }),
  'billing.invoice.payment_failed': event({
    version: 1,
    summary: 'An attempt to collect an invoice failed.',
    data: z.object({ ...invoice, attemptCount: count, failureReason: reason.optional(), failedAt: at }),
    webhooks: ['billing.invoice.payment_failed'],
    example: { ...someInvoice, attemptCount: 1, failureReason: 'card_declined', failedAt: someTime },
  }),
  'billing.invoice.voided': event({
    version: 1,
    summary: 'An invoice was declared void: nobody owes it.',
    data: z.object({ ...invoice, voidedAt: at }),
    webhooks: ['billing.invoice.voided'],
    example: { ...someInvoice, voidedAt: someTime },
  }),
  'billing.invoice.uncollectible': event({
    version: 1,
    summary: 'An invoice was given up: it is not expected to be paid.',
    data: z.object({ ...invoice, markedAt: at }),
    webhooks: ['billing.invoice.uncollectible'],
    example: { ...someInvoice, markedAt: someTime },
  }),
});

/** Any event of an invoice. */
export type InvoiceEvent = EventsOf<typeof invoiceEvents>;
