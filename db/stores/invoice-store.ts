// The invoice's table.
import type { Invoice } from '../../domain/invoice/invoice.ts';
import { invoices } from '../schema/invoices.ts';
import { defineStore } from '../state-store.ts';

export const invoiceStore = defineStore<Invoice>({
  table: invoices,
  columns: {
    id: 'plain',
    accountId: 'plain',
    subscriptionId: 'plain',
    stripeInvoiceId: 'plain',
    status: 'plain',
    amountDue: 'plain',
    amountPaid: 'plain',
    currency: 'plain',
    dueAt: 'time',
    attemptCount: 'plain',
    failureReason: 'plain',
    failedAt: 'time',
    uncollectibleAt: 'time',
    settledAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
  unique: {
    invoices_stripe: {
      rule: 'stripe_invoice_taken',
      message: 'This invoice of Stripe is known under another id: use that one.',
    },
  },
});
