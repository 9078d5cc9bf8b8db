// What can be asked of a billing subscription: one schema per command. Stripe tells whole snapshots, each with its own moment.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { at, id, label, reason } from '../kernel/fields.ts';
import { occurredAt } from '../kernel/told.ts';
import { subscriptionStatuses } from './events.ts';

/** A subscription as Stripe shows it at one moment. */
const snapshot = {
  status: z.enum(subscriptionStatuses),
  priceId: label,
  period: z.object({ start: at, end: at }).optional(),
  trialEndsAt: at.optional(),
  /** When it is to end; left out: no end is scheduled. */
  cancelAt: at.optional(),
  canceledAt: at.optional(),
  occurredAt,
};

/** When a subscription ends that a person cancels. */
export const cancelTimes = ['period_end', 'now'] as const;

export const subscriptionCommands = defineCommands({
  'subscription.create': z.object({ subscriptionId: id, accountId: id, stripeSubscriptionId: label, ...snapshot }),
  /** Follows Stripe: whatever differs from the snapshot changes; an older snapshot changes nothing. */
  'subscription.sync': z.object(snapshot),
  /** What a person decides is so at once; a saga tells Stripe. */
  'subscription.cancel': z.object({ when: z.enum(cancelTimes) }),
  'subscription.reactivate': z.object({}),
  /** Asks for another price: it changes once Stripe has agreed, for it may cost at once and be declined. The present price withdraws what was asked. */
  'subscription.request_price': z.object({ priceId: label }),
  /** Stripe did not agree to what a person asked. */
  'subscription.refuse_change': z.object({ change: z.enum(['price', 'cancellation']), reason }),
});

/** Any command of a subscription. */
export type SubscriptionCommand = CommandsOf<typeof subscriptionCommands>;
