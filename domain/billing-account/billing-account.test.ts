// The billing account: pays, is suspended, goes on, is canceled for good; what Stripe tells late changes nothing.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const account = aggregates.billing_account;
const accountId = '018f5a10-0000-7000-8000-000000000010';
const who = { userId: '018f5a10-0000-7000-8000-000000000011', name: 'Souza Ltda', billingEmail: 'contas@example.com' };
const create: Input = { type: 'billing_account.create', data: { accountId, ...who } };
const link: Input = { type: 'billing_account.link_customer', data: { stripeCustomerId: 'cus_1' } };
const card = { paymentMethodId: 'pm_1', paymentMethodType: 'card', last4: '4242' };
const activate: Input = { type: 'billing_account.activate_payment', data: card };
const suspend: Input = { type: 'billing_account.suspend', data: { reason: 'payment_failed' } };
const active = [create, link, activate];
const before = '2026-01-31T11:00:00.000Z';

describe('billing account', () => {
  it('is set up once', () => {
    const state = given(account)
      .when('billing_account.create', create.data)
      .thenEvents([{ type: 'billing.account.created', data: { accountId, ...who } }]);
    assert.deepEqual([state.status, state.name], ['pending', 'Souza Ltda']);
    given(account, [create]).when('billing_account.create', create.data).thenRefused('account_exists');
    given(account).when('billing_account.cancel').thenRefused('not_found');
  });

  it('changes its name and address without an event, when they differ', () => {
    const one = given(account, [create]);
    one.when('billing_account.update', { name: who.name }).thenNothing();
    const state = one.when('billing_account.update', { billingEmail: 'nova@example.com' }).thenSettled();
    assert.deepEqual([state.name, state.billingEmail], [who.name, 'nova@example.com']);
  });

  it('has one customer at Stripe', () => {
    given(account, [create])
      .when('billing_account.link_customer', link.data)
      .thenEvents([{ type: 'billing.stripe.customer_linked', data: { accountId, stripeCustomerId: 'cus_1' } }]);
    const linked = given(account, [create, link]);
    linked.when('billing_account.link_customer', link.data).thenNothing();
    linked.when('billing_account.link_customer', { stripeCustomerId: 'cus_2' }).thenRefused('customer_linked');
  });

  it('is active once it can pay; an older means of payment does not come back', () => {
    given(account, [create]).when('billing_account.activate_payment', card).thenRefused('customer_not_linked');
    const paid = given(account, [create, link])
      .when('billing_account.activate_payment', card)
      .thenEvents([{ type: 'billing.payment.activated', data: { accountId, ...card } }]);
    assert.deepEqual([paid.status, paid.last4], ['active', '4242']);
    const known = given(account, [...active, { ...activate, data: { ...card, occurredAt: momentOf(3) } }]);
    assert.equal(known.state.paymentAsOf, momentOf(3), 'the same news again is later news');
    const other = { ...card, paymentMethodId: 'pm_0' };
    // Between the two times at which the present one was told of.
    known.when('billing_account.activate_payment', { ...other, occurredAt: momentOf(2) }).thenNothing();
    const changed = known.when('billing_account.activate_payment', { ...other, occurredAt: momentOf(4) });
    assert.equal(changed.thenTypes('billing.payment.activated').paymentMethodId, 'pm_0');
  });

  it('is suspended and reactivated, whichever is told first', () => {
    given(account, [create]).when('billing_account.suspend', suspend.data).thenRefused('account_not_active');
    given(account, [create]).when('billing_account.reactivate').thenRefused('account_not_active');
    const state = given(account, active)
      .when('billing_account.suspend', suspend.data)
      .thenEvents([
        {
          type: 'billing.account.suspended',
          data: { accountId, reason: 'payment_failed', suspendedAt: momentOf(3) },
        },
      ]);
    assert.deepEqual([state.status, state.suspendedReason], ['suspended', 'payment_failed']);
    const suspended = given(account, [...active, suspend]);
    suspended.when('billing_account.reactivate', { occurredAt: before }).thenNothing();
    const reactivated = suspended
      .when('billing_account.reactivate')
      .thenEvents([{ type: 'billing.account.reactivated', data: { accountId, reactivatedAt: momentOf(4) } }]);
    assert.deepEqual([reactivated.status, reactivated.suspendedReason], ['active', null]);
    // Suspended at noon, paid at one: told the other way round.
    const paid = { type: 'billing_account.reactivate', data: { occurredAt: momentOf(3) } };
    const late = { ...(suspend.data as object), occurredAt: before };
    given(account, [...active, paid])
      .when('billing_account.suspend', late)
      .thenNothing();
    // A clock that is ahead does not silence what follows.
    const ahead = { type: 'billing_account.reactivate', data: { occurredAt: '2099-01-01T00:00:00.000Z' } };
    given(account, [...active, ahead])
      .when('billing_account.suspend', suspend.data)
      .thenTypes('billing.account.suspended');
  });

  it('is canceled for good', () => {
    given(account, active)
      .when('billing_account.cancel')
      .thenEvents([{ type: 'billing.account.canceled', data: { accountId, canceledAt: momentOf(3) } }]);
    const canceled = given(account, [...active, { type: 'billing_account.cancel', data: {} }]);
    canceled.when('billing_account.cancel').thenNothing();
    for (const type of ['update', 'reactivate'] as const)
      canceled.when(`billing_account.${type}`).thenRefused('account_canceled');
    canceled.when('billing_account.suspend', { reason: 'x', occurredAt: before }).thenNothing();
    canceled.when('billing_account.suspend', suspend.data).thenRefused('account_canceled');
    canceled.when('billing_account.activate_payment', card).thenRefused('account_canceled');
  });

  it('never pays without a customer, and nothing follows its end', () => {
    const commands = arbitraryCommands(account, {
      first: 'billing_account.create',
      rare: ['billing_account.cancel', 'billing_account.create'],
    });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before: was, after, events } of runAll(account, inputs).steps) {
          if (after.paymentMethodId !== null) assert.notEqual(after.stripeCustomerId, null);
          assert.equal(after.status === 'pending', after.paymentMethodId === null && after.status !== 'canceled');
          if (was.status === 'canceled') assert.deepEqual([after, events], [was, []]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
