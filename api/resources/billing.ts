// What an account subscribed to, owes and used. Stripe and the billing sagas change it; a person reads it, cancels, and asks for another price.
import { z } from '@hono/zod-openapi';
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { invoices } from '../../db/schema/invoices.ts';
import { subscriptions } from '../../db/schema/subscriptions.ts';
import { usageMeters } from '../../db/schema/usage-meters.ts';
import { invoiceStatuses } from '../../domain/invoice/events.ts';
import { subscriptionCommands } from '../../domain/subscription/commands.ts';
import { subscriptionStatuses } from '../../domain/subscription/events.ts';
import { metric } from '../../domain/usage-meter/events.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { invoiceSchema, subscriptionSchema, usageMeterSchema } from '../schemas/billing.ts';
import { uuid } from '../schemas/common.ts';

const tag = 'billing';
const subscriptionResource = resource({
  definition: aggregates.subscription,
  name: 'subscription',
  schemaName: 'Subscription',
  path: '/v1/subscriptions',
  tag,
  schema: subscriptionSchema,
});
const invoiceResource = resource({
  definition: aggregates.invoice,
  name: 'invoice',
  schemaName: 'Invoice',
  path: '/v1/invoices',
  tag,
  schema: invoiceSchema,
});
const meterResource = resource({
  definition: aggregates.usageMeter,
  name: 'usage meter',
  schemaName: 'UsageMeter',
  path: '/v1/usage-meters',
  tag,
  schema: usageMeterSchema,
});

export const billingRoutes: readonly Route[] = [
  subscriptionResource.list({ accountId: uuid.optional(), status: z.enum(subscriptionStatuses).optional() }, (query) =>
    and(equal(subscriptions.accountId, query.accountId), equal(subscriptions.status, query.status)),
  ),
  subscriptionResource.read(),
  subscriptionResource.verb('subscription.cancel', commandRoutes['subscription.cancel'], {
    operationId: 'cancelSubscription',
    summary: 'Cancels a subscription, at the end of the period that is paid or now',
    description: 'It is so at once; Stripe is told after.',
    body: subscriptionCommands['subscription.cancel'].strict(),
  }),
  subscriptionResource.verb('subscription.reactivate', commandRoutes['subscription.reactivate'], {
    operationId: 'reactivateSubscription',
    summary: 'Takes a scheduled cancellation back',
  }),
  subscriptionResource.verb('subscription.request_price', commandRoutes['subscription.request_price'], {
    operationId: 'changeSubscriptionPrice',
    summary: 'Asks for another price',
    description:
      'The answer shows it as `requestedPriceId`; `priceId` changes once Stripe has agreed. Asking for the present price withdraws what was asked.',
    body: subscriptionCommands['subscription.request_price'].strict(),
  }),

  invoiceResource.list(
    {
      accountId: uuid.optional(),
      subscriptionId: uuid.optional(),
      status: z.enum(invoiceStatuses).optional(),
    },
    (query) =>
      and(
        equal(invoices.accountId, query.accountId),
        equal(invoices.subscriptionId, query.subscriptionId),
        equal(invoices.status, query.status),
      ),
  ),
  invoiceResource.read(),

  meterResource.list({ accountId: uuid.optional(), metric: metric.optional() }, (query) =>
    and(equal(usageMeters.accountId, query.accountId), equal(usageMeters.metric, query.metric)),
  ),
  meterResource.read(),
];
