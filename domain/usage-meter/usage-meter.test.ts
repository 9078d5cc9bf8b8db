// The usage meter: counts, reports and begins new periods; no count is lost or told twice.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const meter = aggregates.usage_meter;
const about = {
  meterId: '018f5a10-0000-7000-8000-000000000010',
  accountId: '018f5a10-0000-7000-8000-000000000011',
  metric: 'messages_sent',
};
const period = { periodStart: '2026-01-01T00:00:00.000Z', periodEnd: '2026-02-01T00:00:00.000Z' };
const next = { periodStart: '2026-02-01T00:00:00.000Z', periodEnd: '2026-03-01T00:00:00.000Z' };
const create: Input = { type: 'usage_meter.create', data: { ...about, stripeMeterEventName: 'sent', ...period } };
const use = (quantity: number): Input => ({ type: 'usage_meter.increment', data: { key: `k${quantity}`, quantity } });

describe('usage meter', () => {
  it('is set up once, with a period', () => {
    given(meter)
      .when('usage_meter.create', create.data)
      .thenEvents([{ type: 'billing.usage_meter.created', data: { ...about, stripeMeterEventName: 'sent' } }]);
    given(meter, [create]).when('usage_meter.create', create.data).thenRefused('meter_exists');
    const turned = { ...(create.data as object), periodEnd: period.periodStart };
    given(meter).when('usage_meter.create', turned).thenRefused('period_empty');
    given(meter).when('usage_meter.report', { upTo: 1 }).thenRefused('not_found');
  });

  it('counts', () => {
    const state = given(meter, [create, use(2)])
      .when('usage_meter.increment', { key: 'k', quantity: 3 })
      .thenEvents([{ type: 'billing.usage.incremented', data: { ...about, quantity: 3, total: 5, key: 'k' } }]);
    assert.deepEqual([state.total, state.counted], [5, 5]);
    const full = { ...state, counted: Number.MAX_SAFE_INTEGER };
    given(meter, [], full).when('usage_meter.increment', { key: 'x', quantity: 1 }).thenRefused('meter_full');
  });

  it('reports each count once, also across periods', () => {
    const used = given(meter, [create, use(5), { type: 'usage_meter.reset_period', data: next }, use(2)]);
    const state = used
      .when('usage_meter.report', { upTo: 6 })
      .thenEvents([{ type: 'billing.usage.reported', data: { ...about, quantity: 6, reportedAt: momentOf(4) } }]);
    assert.equal(state.total, 2);
    const reported = given(meter, [], state);
    reported.when('usage_meter.report', { upTo: 6 }).thenNothing();
    reported.when('usage_meter.report', { upTo: 4 }).thenNothing();
    reported.when('usage_meter.report', { upTo: 8 }).thenRefused('more_than_counted');
    assert.equal(reported.when('usage_meter.report', { upTo: 7 }).thenTypes('billing.usage.reported').reported, 7);
  });

  it('begins a new period once', () => {
    const used = given(meter, [create, use(5)]);
    const state = used
      .when('usage_meter.reset_period', next)
      .thenEvents([{ type: 'billing.usage.period_reset', data: { ...about, previousTotal: 5, ...next } }]);
    assert.deepEqual([state.total, state.counted, state.periodEnd], [0, 5, next.periodEnd]);
    given(meter, [], state).when('usage_meter.reset_period', next).thenNothing();
    given(meter, [], state).when('usage_meter.reset_period', period).thenNothing();
    used.when('usage_meter.reset_period', { ...next, periodEnd: period.periodStart }).thenRefused('period_empty');
  });

  it('tells Stripe no more than was counted, and forgets nothing', () => {
    const commands = arbitraryCommands(meter, { first: 'usage_meter.create', rare: ['usage_meter.create'] });
    fc.assert(
      fc.property(commands, (inputs) => {
        const { state, events } = runAll(meter, inputs);
        const sum = (type: string): number =>
          events.reduce(
            (sofar, event) => sofar + (event.type === type && 'quantity' in event.data ? event.data.quantity : 0),
            0,
          );
        assert.equal(state.counted, sum('billing.usage.incremented'));
        assert.equal(state.reported, sum('billing.usage.reported'));
        assert.ok(state.reported <= state.counted && state.total <= state.counted);
      }),
      { numRuns: 1000 },
    );
  });
});
