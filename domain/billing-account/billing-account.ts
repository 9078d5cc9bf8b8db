// The billing account: pending until it can pay, then active, suspended while it does not pay, canceled for good. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { isOutdated, knownAfter, momentOf } from '../kernel/told.ts';
import type { BillingAccountCommand } from './commands.ts';
import type { BillingAccountEvent } from './events.ts';

/** What a billing account can be. */
export const billingAccountStatuses = ['pending', 'active', 'suspended', 'canceled'] as const;

/** A billing account's state; `paymentAsOf` and `statusAsOf` are the moments of the latest news of each. Times are ISO 8601. */
export type BillingAccount = {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly billingEmail: string;
  readonly status: (typeof billingAccountStatuses)[number];
  readonly stripeCustomerId: string | null;
  readonly paymentMethodId: string | null;
  readonly paymentMethodType: string | null;
  readonly last4: string | null;
  readonly paymentAsOf: string | null;
  readonly suspendedReason: string | null;
  readonly statusAsOf: string | null;
  readonly canceledAt: string | null;
  readonly createdAt: string | null;
};

type CommandOf<Type extends BillingAccountCommand['type']> = Extract<BillingAccountCommand, { type: Type }>;

export const billingAccount = defineAggregate<BillingAccount, BillingAccountCommand, BillingAccountEvent>({
  aggregate: 'billing_account',
  storage: 'state',
  initialState: () => ({
    id: '',
    userId: '',
    name: '',
    billingEmail: '',
    status: 'pending',
    stripeCustomerId: null,
    paymentMethodId: null,
    paymentMethodType: null,
    last4: null,
    paymentAsOf: null,
    suspendedReason: null,
    statusAsOf: null,
    canceledAt: null,
    createdAt: null,
  }),
  decide,
  settle,
  evolve,
});

function decide(command: BillingAccountCommand, state: BillingAccount): BillingAccountEvent[] {
  if (command.type === 'billing_account.create') {
    if (state.createdAt !== null) throw violated('account_exists', 'A billing account with this id exists already.');
    return [{ type: 'billing.account.created', data: command.data }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such billing account.');
  const accountId = state.id;
  if (state.status === 'canceled') return canceledAlready(command, state);
  switch (command.type) {
    case 'billing_account.update':
      return [];
    case 'billing_account.link_customer':
      if (state.stripeCustomerId === command.data.stripeCustomerId) return [];
      if (state.stripeCustomerId !== null)
        throw violated('customer_linked', 'The account has another customer at Stripe: use that one.');
      return [{ type: 'billing.stripe.customer_linked', data: { accountId, ...command.data } }];
    case 'billing_account.activate_payment':
      return activatePayment(command, state);
    case 'billing_account.suspend':
      if (isOutdated(command, state.statusAsOf) || state.status === 'suspended') return [];
      requireBegun(state);
      return [
        {
          type: 'billing.account.suspended',
          data: { accountId, reason: command.data.reason, suspendedAt: momentOf(command) },
        },
      ];
    case 'billing_account.reactivate':
      if (isOutdated(command, state.statusAsOf) || state.status === 'active') return [];
      requireBegun(state);
      return [{ type: 'billing.account.reactivated', data: { accountId, reactivatedAt: momentOf(command) } }];
    case 'billing_account.cancel':
      return [{ type: 'billing.account.canceled', data: { accountId, canceledAt: command.at } }];
  }
}

/** What Stripe tells late of a canceled account changes nothing; what is new is refused. */
function canceledAlready({ type, at, data }: BillingAccountCommand, { statusAsOf }: BillingAccount): [] {
  if (type === 'billing_account.cancel') return [];
  if ('occurredAt' in data && isOutdated({ at, data }, statusAsOf)) return [];
  throw violated('account_canceled', 'The billing account is canceled for good: set up a new one.');
}

function requireBegun({ status }: BillingAccount): void {
  if (status === 'pending')
    throw violated('account_not_active', 'The billing account has no means of payment yet: activate one first.');
}

function activatePayment(
  command: CommandOf<'billing_account.activate_payment'>,
  state: BillingAccount,
): BillingAccountEvent[] {
  const { occurredAt: _, ...method } = command.data;
  if (state.stripeCustomerId === null)
    throw violated('customer_not_linked', 'The account has no customer at Stripe yet: link it first.');
  if (isOutdated(command, state.paymentAsOf)) return [];
  const isSame =
    state.paymentMethodId === method.paymentMethodId &&
    state.paymentMethodType === method.paymentMethodType &&
    state.last4 === (method.last4 ?? null);
  return isSame ? [] : [{ type: 'billing.payment.activated', data: { accountId: state.id, ...method } }];
}

/** What is known as of when moves on with every command, also with those that change nothing else; and what invoices are made out to. */
function settle(state: BillingAccount, command: BillingAccountCommand): BillingAccount {
  if (state.status === 'canceled') return state;
  switch (command.type) {
    case 'billing_account.update': {
      const { name = state.name, billingEmail = state.billingEmail } = command.data;
      if (name === state.name && billingEmail === state.billingEmail) return state;
      return { ...state, name, billingEmail };
    }
    case 'billing_account.activate_payment': {
      const paymentAsOf = knownAfter(command, state.paymentAsOf);
      return paymentAsOf === state.paymentAsOf ? state : { ...state, paymentAsOf };
    }
    case 'billing_account.suspend':
    case 'billing_account.reactivate': {
      const statusAsOf = knownAfter(command, state.statusAsOf);
      return statusAsOf === state.statusAsOf ? state : { ...state, statusAsOf };
    }
    default:
      return state;
  }
}

function evolve(state: BillingAccount, event: BillingAccountEvent, command: BillingAccountCommand): BillingAccount {
  switch (event.type) {
    case 'billing.account.created': {
      const { accountId: id, userId, name, billingEmail } = event.data;
      return { ...state, id, userId, name, billingEmail, createdAt: command.at };
    }
    case 'billing.stripe.customer_linked':
      return { ...state, stripeCustomerId: event.data.stripeCustomerId };
    case 'billing.payment.activated': {
      const { paymentMethodId, paymentMethodType, last4 = null } = event.data;
      const status = state.status === 'pending' ? 'active' : state.status;
      return { ...state, status, paymentMethodId, paymentMethodType, last4 };
    }
    case 'billing.account.suspended':
      return { ...state, status: 'suspended', suspendedReason: event.data.reason };
    case 'billing.account.reactivated':
      return { ...state, status: 'active', suspendedReason: null };
    case 'billing.account.canceled':
      return { ...state, status: 'canceled', canceledAt: event.data.canceledAt, statusAsOf: event.data.canceledAt };
  }
}
