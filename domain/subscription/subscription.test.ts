// The billing subscription: follows Stripe in any order of its news, keeps what a person decided, ends for good.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { subscriptionStatuses } from './events.ts';
import type { Subscription } from './subscription.ts';
import { canReach, isEnded } from './transitions.ts';

const { subscription } = aggregates;
const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const about = { subscriptionId: id(10), accountId: id(11) };
const period = { start: '2026-01-15T00:00:00.000Z', end: '2026-02-15T00:00:00.000Z' };
const shown = { status: 'active', priceId: 'price_1', period };
const create = (more: object = {}): Input => ({
  type: 'subscription.create',
  data: { ...about, stripeSubscriptionId: 'sub_1', ...shown, ...more },
});
const sync = (more: object = {}): Input => ({ type: 'subscription.sync', data: { ...shown, ...more } });
const statusChanged = (oldStatus: Subscription['status'], newStatus: Subscription['status']) =>
  ({ type: 'billing.subscription.status_changed', data: { ...about, oldStatus, newStatus } }) as const;

describe('subscription', () => {
  it('begins as Stripe shows it', () => {
    const { data } = create();
    const state = given(subscription)
      .when('subscription.create', data)
      .thenEvents([
        {
          type: 'billing.subscription.created',
          data: { ...about, stripeSubscriptionId: 'sub_1', priceId: 'price_1', status: 'active' },
        },
        {
          type: 'billing.subscription.period_updated',
          data: { ...about, periodStart: period.start, periodEnd: period.end },
        },
      ]);
    assert.deepEqual([state.asOf, state.periodEnd], [momentOf(0), period.end]);
    const trial = create({ status: 'trialing', period: undefined });
    given(subscription).when('subscription.create', trial.data).thenRefused('trial_without_end');
    given(subscription)
      .when('subscription.create', { ...(trial.data as object), trialEndsAt: period.end })
      .thenTypes('billing.subscription.created', 'billing.subscription.trial_started');
    given(subscription)
      .when('subscription.create', create({ status: 'canceled' }).data)
      .thenTypes(
        'billing.subscription.created',
        'billing.subscription.period_updated',
        'billing.subscription.canceled',
      );
    given(subscription, [create()]).when('subscription.create', data).thenRefused('subscription_exists');
    given(subscription).when('subscription.sync', shown).thenRefused('not_found');
  });

  it('tells each difference of a newer snapshot, and nothing of an older one', () => {
    const one = given(subscription, [create()]);
    one.when('subscription.sync', { ...shown, occurredAt: momentOf(0) }).thenNothing();
    const late = { ...shown, status: 'past_due', occurredAt: '2026-01-31T11:59:59.000Z' };
    one.when('subscription.sync', late).thenNothing();
    const next = { start: period.end, end: '2026-03-15T00:00:00.000Z' };
    one.when('subscription.sync', { ...shown, status: 'past_due', priceId: 'price_2', period: next }).thenEvents([
      statusChanged('active', 'past_due'),
      {
        type: 'billing.subscription.price_changed',
        data: { ...about, oldPriceId: 'price_1', newPriceId: 'price_2' },
      },
      {
        type: 'billing.subscription.period_updated',
        data: { ...about, periodStart: next.start, periodEnd: next.end },
      },
    ]);
    one
      .when('subscription.sync', { ...shown, period: { start: period.end, end: period.start } })
      .thenRefused('period_empty');
    // Snapshots two and three, the other way round: the state is that of three.
    const two = sync({ status: 'past_due', occurredAt: momentOf(1) });
    const three = sync({ status: 'active', priceId: 'price_2', occurredAt: momentOf(2) });
    const asTold = given(subscription, [create(), { ...two, at: momentOf(5) }, { ...three, at: momentOf(6) }]).state;
    const swapped = given(subscription, [create(), { ...three, at: momentOf(5) }, { ...two, at: momentOf(6) }]).state;
    assert.deepEqual(swapped, asTold);
  });

  it('takes every way that Stripe’s states allow, and no other', () => {
    for (const from of subscriptionStatuses)
      for (const to of subscriptionStatuses.filter((status) => status !== from)) {
        const one = given(subscription, [create({ status: from, trialEndsAt: period.end })]);
        const snapshot = one.when('subscription.sync', { ...shown, status: to, trialEndsAt: period.end });
        if (isEnded(from)) snapshot.thenNothing();
        else if (!canReach(from, to)) snapshot.thenRefused('subscription_transition');
        else {
          const events = ['billing.subscription.status_changed'] as const;
          const more = {
            trialing: ['billing.subscription.trial_started'] as const,
            canceled: ['billing.subscription.canceled'] as const,
          };
          const special = to === 'trialing' || to === 'canceled' ? more[to] : [];
          const isBack = (from === 'paused' || from === 'unpaid') && to === 'active';
          const back = isBack ? (['billing.subscription.reactivated'] as const) : [];
          assert.equal(snapshot.thenTypes(...events, ...special, ...back).status, to);
        }
      }
    const forbidden = subscriptionStatuses.filter((to) => !canReach('active', to));
    assert.deepEqual(forbidden, ['incomplete', 'incomplete_expired']);
    assert.ok(canReach('incomplete', 'incomplete_expired') && !canReach('canceled', 'active'));
  });

  it('is canceled at the end of its period, or now', () => {
    const one = given(subscription, [create()]);
    const scheduled = one
      .when('subscription.cancel', { when: 'period_end' })
      .thenEvents([{ type: 'billing.subscription.cancel_scheduled', data: { ...about, cancelAt: period.end } }]);
    given(subscription, [], scheduled).when('subscription.cancel', { when: 'period_end' }).thenNothing();
    const ended = one
      .when('subscription.cancel', { when: 'now' })
      .thenEvents([
        statusChanged('active', 'canceled'),
        { type: 'billing.subscription.canceled', data: { ...about, canceledAt: momentOf(1) } },
      ]);
    const after = given(subscription, [], ended);
    after.when('subscription.cancel', { when: 'now' }).thenNothing();
    after.when('subscription.sync', { ...shown, status: 'past_due' }).thenNothing();
    after.when('subscription.reactivate').thenRefused('subscription_ended');
    after.when('subscription.request_price', { priceId: 'price_2' }).thenRefused('subscription_ended');
    given(subscription, [create({ status: 'incomplete' })])
      .when('subscription.cancel', { when: 'period_end' })
      .thenRefused('no_paid_period');
  });

  it('keeps what a person decided until Stripe shows it', () => {
    const canceled = given(subscription, [create(), { type: 'subscription.cancel', data: { when: 'period_end' } }]);
    // Stripe has not heard of it yet: its snapshot takes nothing back.
    const waiting = canceled.when('subscription.sync', shown).thenSettled();
    assert.deepEqual([waiting.cancelAt, waiting.isCancelUnconfirmed], [period.end, true]);
    const agreed = canceled.when('subscription.sync', { ...shown, cancelAt: period.end }).thenSettled();
    assert.deepEqual([agreed.cancelAt, agreed.isCancelUnconfirmed], [period.end, false]);
    // From then on Stripe's word counts again.
    const back = given(subscription, [], agreed).when('subscription.sync', shown, momentOf(9));
    assert.equal(back.thenTypes('billing.subscription.reactivated').cancelAt, null);
    const refused = canceled.when('subscription.refuse_change', { change: 'cancellation', reason: 'not_allowed' });
    assert.deepEqual(
      [refused.thenSettled().isCancelUnconfirmed, refused.thenSettled().refusedReason],
      [false, 'not_allowed'],
    );
  });

  it('is reactivated while its end is only scheduled', () => {
    given(subscription, [create()]).when('subscription.reactivate').thenNothing();
    const scheduled = given(subscription, [create({ cancelAt: period.end })]);
    const state = scheduled
      .when('subscription.reactivate')
      .thenEvents([{ type: 'billing.subscription.reactivated', data: { ...about, reactivatedAt: momentOf(1) } }]);
    assert.deepEqual([state.cancelAt, state.isCancelUnconfirmed], [null, true]);
    const told = { ...shown, cancelAt: period.end };
    const waiting = given(subscription, [], state).when('subscription.sync', told, momentOf(9));
    assert.equal(waiting.thenSettled().cancelAt, null);
    // An unpaid one that goes on, and its end taken back: told once.
    const unpaid = given(subscription, [create({ status: 'unpaid', cancelAt: period.end })]);
    const paid = unpaid
      .when('subscription.sync', shown)
      .thenTypes('billing.subscription.status_changed', 'billing.subscription.reactivated');
    assert.equal(paid.cancelAt, null);
    const ending = unpaid
      .when('subscription.sync', { ...shown, cancelAt: period.end })
      .thenTypes('billing.subscription.status_changed', 'billing.subscription.reactivated');
    assert.equal(ending.cancelAt, period.end, 'still about to end');
  });

  it('asks for another price, which comes with Stripe’s consent', () => {
    const one = given(subscription, [create()]);
    one.when('subscription.request_price', { priceId: 'price_1' }).thenNothing();
    const asked = one.when('subscription.request_price', { priceId: 'price_2' }).thenSettled();
    assert.deepEqual([asked.priceId, asked.requestedPriceId], ['price_1', 'price_2']);
    const after = given(subscription, [], asked);
    const changed = after.when('subscription.sync', { ...shown, priceId: 'price_2' });
    assert.equal(changed.thenTypes('billing.subscription.price_changed').requestedPriceId, null);
    const refused = after.when('subscription.refuse_change', { change: 'price', reason: 'card_declined' });
    assert.deepEqual(
      [refused.thenSettled().requestedPriceId, refused.thenSettled().refusedReason],
      [null, 'card_declined'],
    );
    assert.equal(after.when('subscription.request_price', { priceId: 'price_1' }).thenSettled().requestedPriceId, null);
    one.when('subscription.refuse_change', { change: 'price', reason: 'x' }).thenNothing();
    given(subscription, [create({ status: 'incomplete' })])
      .when('subscription.request_price', { priceId: 'price_2' })
      .thenRefused('subscription_incomplete');
  });

  it('in any order of commands: time goes forward, an end stays, each change is told', () => {
    const commands = arbitraryCommands(subscription, {
      first: 'subscription.create',
      rare: ['subscription.cancel', 'subscription.create'],
    });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before, after, events } of runAll(subscription, inputs).steps) {
          if (isEnded(before.status)) assert.deepEqual([after.status, events], [before.status, []]);
          if (before.asOf !== null) assert.ok(Date.parse(after.asOf ?? '') >= Date.parse(before.asOf));
          const types = events.map(({ type }) => type);
          assert.equal(
            before.createdAt !== null && before.status !== after.status,
            types.includes('billing.subscription.status_changed'),
          );
          if (after.status === 'canceled') assert.notEqual(after.canceledAt, null);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
