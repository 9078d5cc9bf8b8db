// What can be asked of an invoice: one schema per command. All come from Stripe, each with Stripe's own moment.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { at, id, label, reason } from '../kernel/fields.ts';
import { amount, currency } from '../kernel/money.ts';
import { occurredAt } from '../kernel/told.ts';

export const invoiceCommands = defineCommands({
  'invoice.create': z.object({
    invoiceId: id,
    accountId: id,
    subscriptionId: id.optional(),
    stripeInvoiceId: label,
    amountDue: amount,
    currency,
    status: z.enum(['draft', 'open']),
    dueAt: at.optional(),
  }),
  /** Makes a draft an invoice that is to be paid; what it amounts to and when it is due may still change with it. No event tells of it. */
  'invoice.finalize': z.object({ amountDue: amount.optional(), dueAt: at.optional(), occurredAt }),
  'invoice.pay': z.object({ amountPaid: amount, currency, occurredAt }),
  /** `attemptCount` is Stripe's: an attempt that is known already changes nothing. */
  'invoice.record_payment_failure': z.object({
    attemptCount: z.number().int().min(1).max(1_000_000),
    failureReason: reason.optional(),
    occurredAt,
  }),
  'invoice.void': z.object({ occurredAt }),
  'invoice.mark_uncollectible': z.object({ occurredAt }),
});

/** Any command of an invoice. */
export type InvoiceCommand = CommandsOf<typeof invoiceCommands>;
