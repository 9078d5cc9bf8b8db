// The states of a subscription and what may follow each: Stripe's own life of a subscription.
import type { subscriptionStatuses } from './events.ts';

/** What a subscription can be. */
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

/** What Stripe lets follow each status. Nothing follows an end, and nothing becomes incomplete again. */
const next: Readonly<Record<SubscriptionStatus, readonly SubscriptionStatus[]>> = {
  incomplete: ['active', 'trialing', 'incomplete_expired', 'canceled'],
  trialing: ['active', 'past_due', 'unpaid', 'paused', 'canceled'],
  active: ['trialing', 'past_due', 'unpaid', 'canceled'],
  past_due: ['active', 'trialing', 'unpaid', 'canceled'],
  unpaid: ['active', 'past_due', 'canceled'],
  paused: ['active', 'past_due', 'canceled'],
  incomplete_expired: [],
  canceled: [],
};

/** Whether nothing can follow. */
export function isEnded(status: SubscriptionStatus): boolean {
  return next[status].length === 0;
}

/** Whether `to` can come after `from`, be it with others between that were never heard of: Stripe's events come in any order, and old ones are passed over. */
export function canReach(from: SubscriptionStatus, to: SubscriptionStatus): boolean {
  const reached = new Set<SubscriptionStatus>(next[from]);
  for (const status of reached) for (const following of next[status]) reached.add(following);
  return reached.has(to);
}
