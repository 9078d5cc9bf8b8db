// What can be asked of a billing account: one schema per command. `occurredAt` is Stripe's own moment of what it tells.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label, reason } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { occurredAt } from '../kernel/told.ts';
import { last4 } from './events.ts';

const name = pii(label);
const billingEmail = pii(z.email().max(320));

export const billingAccountCommands = defineCommands({
  'billing_account.create': z.object({ accountId: id, userId: id, name, billingEmail }),
  /** Changes what invoices are made out to; no event tells of it. */
  'billing_account.update': z.object({ name: name.optional(), billingEmail: billingEmail.optional() }),
  'billing_account.link_customer': z.object({ stripeCustomerId: label }),
  'billing_account.activate_payment': z.object({
    paymentMethodId: label,
    paymentMethodType: label,
    last4: last4.optional(),
    occurredAt,
  }),
  'billing_account.suspend': z.object({ reason, occurredAt }),
  'billing_account.reactivate': z.object({ occurredAt }),
  'billing_account.cancel': z.object({}),
});

/** Any command of a billing account. */
export type BillingAccountCommand = CommandsOf<typeof billingAccountCommands>;
