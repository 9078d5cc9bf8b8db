// How the events of billing come about: a person sets up, cancels and reactivates; Stripe and the billing sagas do the rest.
import { byCommand, byHttp, type Causes, type CauseWorld } from './cause.ts';

const stripe = 'the Stripe integration, with each of its webhooks (to come)';
const period = { start: '2026-01-15T00:00:00.000Z', end: '2026-02-15T00:00:00.000Z' };
/** A subscription as Stripe shows it. */
export const shown = { status: 'active', priceId: 'price_1', period };

/** A billing account. */
export async function newAccount({ call }: CauseWorld): Promise<string> {
  const made = await call('POST', '/v1/billing-accounts', { name: 'Souza Ltda', billingEmail: 'contas@example.com' });
  return String(made['id']);
}

/** One that has a customer at Stripe and pays. */
export async function newActiveAccount(world: CauseWorld): Promise<string> {
  const accountId = await newAccount(world);
  const customer = { stripeCustomerId: `cus_${world.newId()}` };
  await world.run('billingAccount', accountId, { type: 'billing_account.link_customer', data: customer });
  const card = { paymentMethodId: 'pm_1', paymentMethodType: 'card', last4: '4242' };
  await world.run('billingAccount', accountId, { type: 'billing_account.activate_payment', data: card });
  return accountId;
}

/** One that was suspended. */
export async function newSuspendedAccount(world: CauseWorld): Promise<string> {
  const accountId = await newActiveAccount(world);
  const data = { reason: 'payment_failed' };
  await world.run('billingAccount', accountId, { type: 'billing_account.suspend', data });
  return accountId;
}

/** A subscription, active if nothing else is said. */
export async function newSubscription(world: CauseWorld, more: object = {}): Promise<string> {
  const [subscriptionId, accountId] = [world.newId(), await newAccount(world)];
  const stripeSubscriptionId = `sub_${subscriptionId}`;
  const data = { subscriptionId, accountId, stripeSubscriptionId, ...shown, ...more };
  await world.run('subscription', subscriptionId, { type: 'subscription.create', data });
  return subscriptionId;
}

/** An invoice of 49.90 reais, open. */
export async function newInvoice(world: CauseWorld, more: object = {}): Promise<string> {
  const invoiceId = world.newId();
  const accountId = 'accountId' in more ? {} : { accountId: await newAccount(world) };
  const owed = { amountDue: 4990, currency: 'BRL', status: 'open' };
  const data = { invoiceId, ...accountId, stripeInvoiceId: `in_${invoiceId}`, ...owed, ...more };
  await world.run('invoice', invoiceId, { type: 'invoice.create', data });
  return invoiceId;
}

/** A meter of sent messages. */
export async function newMeter(world: CauseWorld): Promise<string> {
  const [meterId, accountId] = [world.newId(), await newAccount(world)];
  const what = { metric: 'messages_sent', stripeMeterEventName: 'messages_sent' };
  const data = { meterId, accountId, ...what, periodStart: period.start, periodEnd: period.end };
  await world.run('usageMeter', meterId, { type: 'usage_meter.create', data });
  return meterId;
}

const synced = (more: object, begun: object = {}) =>
  byCommand(stripe, async (world) => {
    const id = await newSubscription(world, begun);
    await world.run('subscription', id, { type: 'subscription.sync', data: { ...shown, ...more } });
  });
const onSubscription = (begun: object, verb: string, body?: object) =>
  byHttp(async (world) => world.call('POST', `/v1/subscriptions/${await newSubscription(world, begun)}/${verb}`, body));
const onInvoice = (type: string, data: object = {}) =>
  byCommand(stripe, async (world) => world.run('invoice', await newInvoice(world), { type, data }));
const onMeter = (caller: string, ...commands: readonly { readonly type: string; readonly data: object }[]) =>
  byCommand(caller, async (world) => {
    const meterId = await newMeter(world);
    for (const command of commands) await world.run('usageMeter', meterId, command);
  });
const counted = { type: 'usage_meter.increment', data: { key: 'message-1', quantity: 2 } };

export const billingCauses: Causes = {
  'billing.account.created': byHttp(newAccount),
  'billing.stripe.customer_linked': byCommand('the billing set-up saga (to come)', newActiveAccount),
  'billing.payment.activated': byCommand(stripe, newActiveAccount),
  'billing.account.suspended': byCommand('the dunning saga (to come)', newSuspendedAccount),
  'billing.account.reactivated': byHttp(async (world) =>
    world.call('POST', `/v1/billing-accounts/${await newSuspendedAccount(world)}/reactivate`),
  ),
  'billing.account.canceled': byHttp(async (world) =>
    world.call('POST', `/v1/billing-accounts/${await newAccount(world)}/cancel`),
  ),

  'billing.subscription.created': byCommand(stripe, newSubscription),
  'billing.subscription.status_changed': synced({ status: 'past_due' }),
  'billing.subscription.trial_started': byCommand(stripe, (world) =>
    newSubscription(world, { status: 'trialing', trialEndsAt: period.end }),
  ),
  'billing.subscription.price_changed': synced({ priceId: 'price_2' }),
  'billing.subscription.cancel_scheduled': onSubscription({}, 'cancel', { when: 'period_end' }),
  'billing.subscription.canceled': onSubscription({}, 'cancel', { when: 'now' }),
  'billing.subscription.reactivated': onSubscription({ cancelAt: period.end }, 'reactivate'),
  'billing.subscription.period_updated': synced({ period: { start: period.end, end: '2026-03-15T00:00:00.000Z' } }),

  'billing.invoice.created': byCommand(stripe, newInvoice),
  'billing.invoice.paid': onInvoice('invoice.pay', { amountPaid: 4990, currency: 'BRL' }),
  'billing.invoice.payment_failed': onInvoice('invoice.record_payment_failure', { attemptCount: 1 }),
  'billing.invoice.voided': onInvoice('invoice.void'),
  'billing.invoice.uncollectible': onInvoice('invoice.mark_uncollectible'),

  'billing.usage_meter.created': byCommand('the billing set-up saga (to come)', newMeter),
  'billing.usage.incremented': onMeter('billing_consumer, for each event that is charged (to come)', counted),
  'billing.usage.reported': onMeter('the usage report saga (to come)', counted, {
    type: 'usage_meter.report',
    data: { upTo: 2 },
  }),
  'billing.usage.period_reset': onMeter('the billing period saga (to come)', {
    type: 'usage_meter.reset_period',
    data: { periodStart: period.end, periodEnd: '2026-03-15T00:00:00.000Z' },
  }),
};
