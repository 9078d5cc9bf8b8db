// The billing subscription: follows Stripe's snapshots whatever order they come in, and keeps what a person asked until Stripe agrees. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { isSameMoment } from '../kernel/time.ts';
import { isOutdated, knownAfter, momentOf } from '../kernel/told.ts';
import type { SubscriptionCommand } from './commands.ts';
import type { SubscriptionEvent } from './events.ts';
import { canReach, isEnded, type SubscriptionStatus } from './transitions.ts';

/**
 * A subscription's state. `asOf` is the moment of the latest snapshot; `isCancelUnconfirmed`: a person canceled or took it back, and Stripe has not
 * shown it yet. Times are ISO 8601.
 */
export type Subscription = {
  readonly id: string;
  readonly accountId: string;
  readonly stripeSubscriptionId: string;
  readonly priceId: string;
  readonly status: SubscriptionStatus;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  readonly trialEndsAt: string | null;
  readonly cancelAt: string | null;
  readonly canceledAt: string | null;
  readonly isCancelUnconfirmed: boolean;
  readonly requestedPriceId: string | null;
  readonly refusedReason: string | null;
  readonly asOf: string | null;
  readonly createdAt: string | null;
};

type CommandOf<Type extends SubscriptionCommand['type']> = Extract<SubscriptionCommand, { type: Type }>;
type Snapshot = CommandOf<'subscription.create' | 'subscription.sync'>;

export const subscription = defineAggregate<Subscription, SubscriptionCommand, SubscriptionEvent>({
  aggregate: 'subscription',
  storage: 'state',
  initialState: () => ({
    id: '',
    accountId: '',
    stripeSubscriptionId: '',
    priceId: '',
    status: 'incomplete',
    periodStart: null,
    periodEnd: null,
    trialEndsAt: null,
    cancelAt: null,
    canceledAt: null,
    isCancelUnconfirmed: false,
    requestedPriceId: null,
    refusedReason: null,
    asOf: null,
    createdAt: null,
  }),
  decide,
  settle,
  evolve,
});

function decide(command: SubscriptionCommand, state: Subscription): SubscriptionEvent[] {
  if (command.type === 'subscription.create') return create(command, state);
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such subscription.');
  if (command.type === 'subscription.sync') return isPassedOver(command, state) ? [] : follow(command, state);
  if (isEnded(state.status)) {
    if (command.type === 'subscription.cancel' || command.type === 'subscription.refuse_change') return [];
    throw violated('subscription_ended', 'The subscription has ended for good: subscribe again.');
  }
  const about = { subscriptionId: state.id, accountId: state.accountId };
  switch (command.type) {
    case 'subscription.cancel':
      return cancel(command, state);
    case 'subscription.reactivate':
      if (state.cancelAt === null) return [];
      return [{ type: 'billing.subscription.reactivated', data: { ...about, reactivatedAt: command.at } }];
    case 'subscription.request_price':
      if (state.status === 'incomplete')
        throw violated('subscription_incomplete', 'The first payment is still open: pay it before changing the price.');
      return [];
    case 'subscription.refuse_change':
      return [];
  }
}

function create(command: CommandOf<'subscription.create'>, state: Subscription): SubscriptionEvent[] {
  if (state.createdAt !== null) throw violated('subscription_exists', 'A subscription with this id exists already.');
  const { subscriptionId, accountId, stripeSubscriptionId, priceId, status } = command.data;
  const data = { subscriptionId, accountId, stripeSubscriptionId, priceId, status };
  const begun: Subscription = { ...state, id: subscriptionId, accountId, priceId, status };
  const follows = follow(command, begun);
  const trial = status === 'trialing' ? [trialStarted(command, begun)] : [];
  const end = status === 'canceled' ? [ended(command, begun)] : [];
  return [{ type: 'billing.subscription.created', data }, ...trial, ...follows, ...end];
}

/** An older snapshot, or one of what has ended: Stripe never brings an ended subscription back. */
function isPassedOver(command: Snapshot, state: Subscription): boolean {
  return isOutdated(command, state.asOf) || isEnded(state.status);
}

/** The differences between what is known and what Stripe shows. */
function follow(command: Snapshot, state: Subscription): SubscriptionEvent[] {
  const { status, priceId, period } = command.data;
  const about = { subscriptionId: state.id, accountId: state.accountId };
  const events: SubscriptionEvent[] = [];
  if (status !== state.status) events.push(...changeStatus(command, state));
  if (priceId !== state.priceId)
    events.push({
      type: 'billing.subscription.price_changed',
      data: { ...about, oldPriceId: state.priceId, newPriceId: priceId },
    });
  if (period && !(isSameMoment(period.start, state.periodStart) && isSameMoment(period.end, state.periodEnd))) {
    if (Date.parse(period.end) <= Date.parse(period.start))
      throw violated('period_empty', 'The period must end after it starts.');
    events.push({
      type: 'billing.subscription.period_updated',
      data: { ...about, periodStart: period.start, periodEnd: period.end },
    });
  }
  if (isEnded(status)) return events;
  const isTold = events.some(({ type }) => type === 'billing.subscription.reactivated');
  const cancellation = followCancellation(command, state);
  return [...events, ...cancellation.filter(({ type }) => !(isTold && type === 'billing.subscription.reactivated'))];
}

function changeStatus(command: Snapshot, state: Subscription): SubscriptionEvent[] {
  const { status } = command.data;
  const about = { subscriptionId: state.id, accountId: state.accountId };
  if (!canReach(state.status, status))
    throw violated('subscription_transition', `A subscription that is ${state.status} can not become ${status}.`);
  const events: SubscriptionEvent[] = [
    { type: 'billing.subscription.status_changed', data: { ...about, oldStatus: state.status, newStatus: status } },
  ];
  if (status === 'trialing') events.push(trialStarted(command, state));
  if (status === 'canceled') events.push(ended(command, state));
  if ((state.status === 'paused' || state.status === 'unpaid') && status === 'active')
    events.push({ type: 'billing.subscription.reactivated', data: { ...about, reactivatedAt: momentOf(command) } });
  return events;
}

function trialStarted({ data }: Snapshot, { id: subscriptionId, accountId }: Subscription): SubscriptionEvent {
  if (data.trialEndsAt === undefined) throw violated('trial_without_end', 'A trial needs its end: give trialEndsAt.');
  const { trialEndsAt } = data;
  return { type: 'billing.subscription.trial_started', data: { subscriptionId, accountId, trialEndsAt } };
}

function ended(command: Snapshot, { id: subscriptionId, accountId }: Subscription): SubscriptionEvent {
  const canceledAt = command.data.canceledAt ?? momentOf(command);
  return { type: 'billing.subscription.canceled', data: { subscriptionId, accountId, canceledAt } };
}

/** What a person decided stands until Stripe shows it: a snapshot from before it was told there takes nothing back. */
function followCancellation(command: Snapshot, state: Subscription): SubscriptionEvent[] {
  const { cancelAt } = command.data;
  const about = { subscriptionId: state.id, accountId: state.accountId };
  if (isUnconfirmed(state, command)) return [];
  if (cancelAt === undefined) {
    if (state.cancelAt === null) return [];
    return [{ type: 'billing.subscription.reactivated', data: { ...about, reactivatedAt: momentOf(command) } }];
  }
  if (isSameMoment(cancelAt, state.cancelAt)) return [];
  return [{ type: 'billing.subscription.cancel_scheduled', data: { ...about, cancelAt } }];
}

function cancel({ data, at }: CommandOf<'subscription.cancel'>, state: Subscription): SubscriptionEvent[] {
  const about = { subscriptionId: state.id, accountId: state.accountId };
  if (data.when === 'now')
    return [
      {
        type: 'billing.subscription.status_changed',
        data: { ...about, oldStatus: state.status, newStatus: 'canceled' },
      },
      { type: 'billing.subscription.canceled', data: { ...about, canceledAt: at } },
    ];
  if (state.cancelAt !== null) return [];
  if (state.periodEnd === null || state.status === 'incomplete')
    throw violated('no_paid_period', 'The subscription has no period that is paid: cancel it now instead.');
  return [{ type: 'billing.subscription.cancel_scheduled', data: { ...about, cancelAt: state.periodEnd } }];
}

function settle(state: Subscription, command: SubscriptionCommand): Subscription {
  switch (command.type) {
    case 'subscription.create':
      return {
        ...state,
        asOf: momentOf(command),
        trialEndsAt: command.data.trialEndsAt ?? null,
        cancelAt: command.data.cancelAt ?? null,
      };
    case 'subscription.sync':
      return isPassedOver(command, state) ? state : settleSnapshot(state, command);
    case 'subscription.cancel':
    case 'subscription.reactivate': {
      const changes = (command.type === 'subscription.cancel') === (state.cancelAt === null);
      return changes && !isEnded(state.status) ? { ...state, isCancelUnconfirmed: true, refusedReason: null } : state;
    }
    case 'subscription.request_price': {
      const requestedPriceId = command.data.priceId === state.priceId ? null : command.data.priceId;
      return requestedPriceId === state.requestedPriceId ? state : { ...state, requestedPriceId, refusedReason: null };
    }
    case 'subscription.refuse_change': {
      const { change, reason: refusedReason } = command.data;
      if (change === 'price')
        return state.requestedPriceId === null ? state : { ...state, requestedPriceId: null, refusedReason };
      return state.isCancelUnconfirmed ? { ...state, isCancelUnconfirmed: false, refusedReason } : state;
    }
  }
}

function settleSnapshot(state: Subscription, command: CommandOf<'subscription.sync'>): Subscription {
  const { cancelAt: shown = null, trialEndsAt = null } = command.data;
  const isWaiting = isUnconfirmed(state, command);
  const settled = {
    ...state,
    asOf: knownAfter(command, state.asOf),
    trialEndsAt,
    cancelAt: isWaiting ? state.cancelAt : shown,
    isCancelUnconfirmed: isWaiting,
  };
  const keys = ['asOf', 'trialEndsAt', 'cancelAt', 'isCancelUnconfirmed'] as const;
  return keys.every((key) => settled[key] === state[key]) ? state : settled;
}

/** Whether a person canceled, or took it back, and this snapshot was made before Stripe heard of it. */
function isUnconfirmed({ isCancelUnconfirmed, cancelAt }: Subscription, { data }: Snapshot): boolean {
  return isCancelUnconfirmed && (data.cancelAt === undefined) !== (cancelAt === null);
}

function evolve(state: Subscription, event: SubscriptionEvent, command: SubscriptionCommand): Subscription {
  switch (event.type) {
    case 'billing.subscription.created': {
      const { subscriptionId: id, accountId, stripeSubscriptionId, priceId, status } = event.data;
      return { ...state, id, accountId, stripeSubscriptionId, priceId, status, createdAt: command.at };
    }
    case 'billing.subscription.status_changed':
      return { ...state, status: event.data.newStatus };
    case 'billing.subscription.trial_started':
      return { ...state, trialEndsAt: event.data.trialEndsAt };
    case 'billing.subscription.price_changed': {
      const { newPriceId: priceId } = event.data;
      const requestedPriceId = state.requestedPriceId === priceId ? null : state.requestedPriceId;
      return { ...state, priceId, requestedPriceId };
    }
    case 'billing.subscription.cancel_scheduled':
      return { ...state, cancelAt: event.data.cancelAt };
    case 'billing.subscription.canceled':
      return { ...state, canceledAt: event.data.canceledAt, isCancelUnconfirmed: false, requestedPriceId: null };
    case 'billing.subscription.reactivated':
      // What a snapshot says of the end is settled with it: an unpaid subscription that goes on may still be about to end.
      return command.type === 'subscription.reactivate' ? { ...state, cancelAt: null } : state;
    case 'billing.subscription.period_updated': {
      const { periodStart, periodEnd } = event.data;
      return { ...state, periodStart, periodEnd };
    }
  }
}
