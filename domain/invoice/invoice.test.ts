// The invoice: only forward, whatever order Stripe tells it in.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { invoiceStatuses } from './events.ts';

const { invoice } = aggregates;
const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const about = { invoiceId: id(10), accountId: id(11) };
const made = { ...about, stripeInvoiceId: 'in_1', amountDue: 4990, currency: 'BRL', status: 'draft' } as const;
const create: Input = { type: 'invoice.create', data: { ...made, subscriptionId: id(12) } };
const open = [create, { type: 'invoice.finalize', data: {} }];
const pay = { amountPaid: 4990, currency: 'BRL' } as const;
const before = '2026-01-31T11:00:00.000Z';

describe('invoice', () => {
  it('is made out once, and finalized without an event', () => {
    const state = given(invoice)
      .when('invoice.create', create.data)
      .thenEvents([{ type: 'billing.invoice.created', data: made }]);
    assert.equal(state.subscriptionId, id(12));
    given(invoice, [create]).when('invoice.create', create.data).thenRefused('invoice_exists');
    given(invoice).when('invoice.void').thenRefused('not_found');
    const final = given(invoice, [create]).when('invoice.finalize', { amountDue: 5990, dueAt: momentOf(60) });
    const { status, amountDue, dueAt } = final.thenSettled();
    assert.deepEqual([status, amountDue, dueAt], ['open', 5990, momentOf(60)]);
    given(invoice, open).when('invoice.finalize', { amountDue: 1 }).thenNothing();
  });

  it('is paid, in its own currency, also when nobody told that it was finalized', () => {
    for (const past of [open, [create]]) {
      const state = given(invoice, past)
        .when('invoice.pay', { ...pay, occurredAt: momentOf(0) })
        .thenEvents([{ type: 'billing.invoice.paid', data: { ...about, ...pay, paidAt: momentOf(0) } }]);
      assert.deepEqual([state.status, state.amountPaid], ['paid', 4990]);
    }
    given(invoice, open)
      .when('invoice.pay', { ...pay, currency: 'USD' })
      .thenRefused('currency_differs');
  });

  it('counts failed attempts by Stripe’s number', () => {
    const fail = { attemptCount: 2, failureReason: 'card_declined' };
    const state = given(invoice, [create])
      .when('invoice.record_payment_failure', fail)
      .thenEvents([{ type: 'billing.invoice.payment_failed', data: { ...about, ...fail, failedAt: momentOf(1) } }]);
    assert.deepEqual([state.status, state.attemptCount], ['open', 2]);
    const failed = given(invoice, [], state);
    failed.when('invoice.record_payment_failure', fail).thenNothing();
    failed.when('invoice.record_payment_failure', { attemptCount: 1 }).thenNothing();
    const third = failed.when('invoice.record_payment_failure', { attemptCount: 3 });
    assert.deepEqual(third.thenTypes('billing.invoice.payment_failed').failureReason, null);
  });

  it('is declared void or given up; what was given up can still be paid', () => {
    const voided = given(invoice, open).when('invoice.void');
    voided.thenEvents([{ type: 'billing.invoice.voided', data: { ...about, voidedAt: momentOf(2) } }]);
    const lost = given(invoice, open)
      .when('invoice.mark_uncollectible')
      .thenEvents([{ type: 'billing.invoice.uncollectible', data: { ...about, markedAt: momentOf(2) } }]);
    const given_ = given(invoice, [], lost);
    given_.when('invoice.mark_uncollectible').thenNothing();
    assert.equal(given_.when('invoice.pay', pay).thenTypes('billing.invoice.paid').status, 'paid');
    assert.equal(given_.when('invoice.void').thenTypes('billing.invoice.voided').status, 'void');
  });

  it('stays paid or void: what is older changes nothing, what is newer is refused', () => {
    const ends = [
      { end: { type: 'invoice.pay', data: pay }, again: ['invoice.pay', pay], other: ['invoice.void', {}] },
      { end: { type: 'invoice.void', data: {} }, again: ['invoice.void', {}], other: ['invoice.pay', pay] },
    ] as const;
    for (const { end, again, other } of ends) {
      const settled = given(invoice, [...open, end]);
      settled.when(again[0], again[1]).thenNothing();
      for (const [type, data] of [
        other,
        ['invoice.record_payment_failure', { attemptCount: 9 }],
        ['invoice.mark_uncollectible', {}],
        ['invoice.finalize', {}],
      ] as const) {
        settled.when(type, { ...data, occurredAt: before }).thenNothing();
        settled.when(type, data).thenRefused('invoice_settled');
      }
    }
  });

  it('never goes back, and owes nothing but its own money', () => {
    const commands = arbitraryCommands(invoice, {
      first: 'invoice.create',
      rare: ['invoice.pay', 'invoice.void', 'invoice.create'],
    });
    const rank = (status: string): number =>
      status === 'void' ? 3 : ['draft', 'open', 'uncollectible', 'paid'].indexOf(status);
    assert.ok(invoiceStatuses.every((status) => rank(status) >= 0));
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before: was, after } of runAll(invoice, inputs).steps) {
          assert.ok(rank(after.status) >= rank(was.status));
          assert.ok(after.attemptCount >= was.attemptCount);
          if (was.settledAt !== null) assert.deepEqual(after, was);
          if (was.createdAt !== null) assert.equal(after.currency, was.currency);
          if (was.status !== 'draft') assert.equal(after.amountDue, was.amountDue);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
