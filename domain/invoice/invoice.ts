// The invoice: draft, open, perhaps given up, in the end paid or void; only forward, so that late news can't take it back. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { isOutdated, momentOf } from '../kernel/told.ts';
import type { InvoiceCommand } from './commands.ts';
import type { InvoiceEvent, invoiceStatuses } from './events.ts';

/** An invoice's state; amounts in whole minor units of `currency`. `settledAt` is when it was paid or declared void. Times are ISO 8601. */
export type Invoice = {
  readonly id: string;
  readonly accountId: string;
  readonly subscriptionId: string | null;
  readonly stripeInvoiceId: string;
  readonly status: (typeof invoiceStatuses)[number];
  readonly amountDue: number;
  readonly amountPaid: number;
  readonly currency: string;
  readonly dueAt: string | null;
  readonly attemptCount: number;
  readonly failureReason: string | null;
  readonly failedAt: string | null;
  readonly uncollectibleAt: string | null;
  readonly settledAt: string | null;
  readonly createdAt: string | null;
};

export const invoice = defineAggregate<Invoice, InvoiceCommand, InvoiceEvent>({
  aggregate: 'invoice',
  storage: 'state',
  initialState: () => ({
    id: '',
    accountId: '',
    subscriptionId: null,
    stripeInvoiceId: '',
    status: 'draft',
    amountDue: 0,
    amountPaid: 0,
    currency: '',
    dueAt: null,
    attemptCount: 0,
    failureReason: null,
    failedAt: null,
    uncollectibleAt: null,
    settledAt: null,
    createdAt: null,
  }),
  decide,
  settle,
  evolve,
});

function decide(command: InvoiceCommand, state: Invoice): InvoiceEvent[] {
  if (command.type === 'invoice.create') {
    if (state.createdAt !== null) throw violated('invoice_exists', 'An invoice with this id exists already.');
    const { invoiceId, accountId, stripeInvoiceId, amountDue, currency, status } = command.data;
    const data = { invoiceId, accountId, stripeInvoiceId, amountDue, currency, status };
    return [{ type: 'billing.invoice.created', data }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such invoice.');
  const about = { invoiceId: state.id, accountId: state.accountId };
  if (state.settledAt !== null) return settledAlready(command, state);
  switch (command.type) {
    case 'invoice.finalize':
      return [];
    case 'invoice.pay': {
      const { amountPaid, currency } = command.data;
      if (currency !== state.currency)
        throw violated('currency_differs', `The invoice is in ${state.currency}: it can not be paid in ${currency}.`);
      return [{ type: 'billing.invoice.paid', data: { ...about, amountPaid, currency, paidAt: momentOf(command) } }];
    }
    case 'invoice.record_payment_failure': {
      const { attemptCount, failureReason } = command.data;
      if (attemptCount <= state.attemptCount) return [];
      const why = failureReason === undefined ? {} : { failureReason };
      const data = { ...about, attemptCount, ...why, failedAt: momentOf(command) };
      return [{ type: 'billing.invoice.payment_failed', data }];
    }
    case 'invoice.void':
      return [{ type: 'billing.invoice.voided', data: { ...about, voidedAt: momentOf(command) } }];
    case 'invoice.mark_uncollectible':
      if (state.status === 'uncollectible') return [];
      return [{ type: 'billing.invoice.uncollectible', data: { ...about, markedAt: momentOf(command) } }];
  }
}

/** What was so before it was settled comes late at times, or twice, and changes nothing; anything newer is refused. */
function settledAlready(command: Exclude<InvoiceCommand, { type: 'invoice.create' }>, state: Invoice): [] {
  if (command.type === 'invoice.pay' && state.status === 'paid') return [];
  if (command.type === 'invoice.void' && state.status === 'void') return [];
  if (isOutdated(command, state.settledAt)) return [];
  throw violated('invoice_settled', `The invoice is ${state.status} for good: make out another one.`);
}

/** Becoming due has no event of its own. An attempt to collect, or giving it up, shows that a draft was finalized. */
function settle(state: Invoice, command: InvoiceCommand): Invoice {
  if (state.status !== 'draft' || state.createdAt === null) return state;
  switch (command.type) {
    case 'invoice.finalize': {
      const { amountDue = state.amountDue, dueAt = state.dueAt } = command.data;
      return { ...state, status: 'open', amountDue, dueAt };
    }
    case 'invoice.record_payment_failure':
      return { ...state, status: 'open' };
    default:
      return state;
  }
}

function evolve(state: Invoice, event: InvoiceEvent, command: InvoiceCommand): Invoice {
  switch (event.type) {
    case 'billing.invoice.created': {
      if (command.type !== 'invoice.create') return state;
      const { subscriptionId = null, dueAt = null } = command.data;
      const { invoiceId: id, ...known } = event.data;
      return { ...state, id, ...known, subscriptionId, dueAt, createdAt: command.at };
    }
    case 'billing.invoice.paid': {
      const { amountPaid, paidAt: settledAt } = event.data;
      return { ...state, status: 'paid', amountPaid, settledAt };
    }
    case 'billing.invoice.payment_failed': {
      const { attemptCount, failureReason = null, failedAt } = event.data;
      return { ...state, attemptCount, failureReason, failedAt };
    }
    case 'billing.invoice.voided':
      return { ...state, status: 'void', settledAt: event.data.voidedAt };
    case 'billing.invoice.uncollectible':
      return { ...state, status: 'uncollectible', uncollectibleAt: event.data.markedAt };
  }
}
