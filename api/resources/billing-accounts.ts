// Billing accounts: who pays, and whether they may go on.
import { z } from '@hono/zod-openapi';
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { hasOpenDebts, hasRunningSubscriptions } from '../../db/queries/billing.ts';
import { equal } from '../../db/queries/conditions.ts';
import { presentUser } from '../../db/queries/present-user.ts';
import { billingAccounts } from '../../db/schema/billing-accounts.ts';
import { billingAccountStatuses } from '../../domain/billing-account/billing-account.ts';
import { billingAccountCommands } from '../../domain/billing-account/commands.ts';
import { violated } from '../../domain/kernel/errors.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { billingAccountSchema } from '../schemas/billing.ts';
import { uuid } from '../schemas/common.ts';

const { name, billingEmail } = billingAccountCommands['billing_account.create'].shape;
const { create, list, read, verb } = resource({
  definition: aggregates.billingAccount,
  name: 'billing account',
  schemaName: 'BillingAccount',
  path: '/v1/billing-accounts',
  tag: 'billing',
  schema: billingAccountSchema,
  scope: 'admin',
});

export const billingAccountRoutes: readonly Route[] = [
  create('billing_account.create', commandRoutes['billing_account.create'], {
    operationId: 'createBillingAccount',
    summary: 'Sets up a billing account',
    description: 'It is pending until Stripe tells of a means of payment.',
    idName: 'accountId',
    body: z.strictObject({
      name,
      billingEmail,
      userId: uuid.optional().openapi({ description: 'Who answers for it; the API key when left out.' }),
    }),
    references: ({ userId }) => [presentUser('body.userId', userId)],
    data: ({ userId }, { caller }) => ({ userId: userId ?? caller.id }),
  }),
  list({ status: z.enum(billingAccountStatuses).optional(), userId: uuid.optional() }, (query) =>
    and(equal(billingAccounts.status, query.status), equal(billingAccounts.userId, query.userId)),
  ),
  read(),
  verb('billing_account.update', commandRoutes['billing_account.update'], {
    operationId: 'updateBillingAccount',
    summary: 'Changes what invoices are made out to; what is left out stays',
    body: billingAccountCommands['billing_account.update'].strict(),
  }),
  verb('billing_account.cancel', commandRoutes['billing_account.cancel'], {
    operationId: 'cancelBillingAccount',
    summary: 'Cancels a billing account for good',
    description: 'Its subscriptions must have ended before.',
    before: async ({ params }, { tx }) => {
      if (await hasRunningSubscriptions(tx, params.id))
        throw violated('account_has_subscriptions', 'The account still has subscriptions: cancel them first.');
    },
  }),
  verb('billing_account.reactivate', commandRoutes['billing_account.reactivate'], {
    operationId: 'reactivateBillingAccount',
    summary: 'Lets a suspended billing account go on',
    description: 'Its invoices that could not be collected must be paid or void before.',
    before: async ({ params }, { tx }) => {
      if (await hasOpenDebts(tx, params.id))
        throw violated('account_owes', 'The account still has invoices that could not be collected: pay them first.');
    },
    data: () => ({}),
  }),
];
