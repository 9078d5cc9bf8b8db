// The benchmark's own arithmetic: what is asked for, what is in the middle, how work is shared.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busiestShare } from './model/ownership.ts';
import { parseOptions } from './options.ts';
import { atLeast, atMost } from './report/result.ts';
import { createSamples, quantile } from './report/samples.ts';

test('options: a full run writes the docs, a quick one does not unless told; a part that is not there is named', () => {
  assert.equal(parseOptions([], ['drain']).write, true);
  assert.equal(parseOptions(['--quick'], ['drain']).write, false);
  assert.equal(parseOptions(['--quick', '--write', '--rounds', '2'], ['drain']).write, true);
  assert.equal(parseOptions(['--quick', '--rounds', '2'], ['drain']).sizes.rounds, 2);
  assert.throws(() => parseOptions(['--only', 'drain,speed'], ['drain']), /no part speed/);
});

test('a target that was not measured is neither met nor missed', () => {
  assert.deepEqual(
    [atLeast('x', 2, 2).met, atLeast('x', 2, 1.9).met, atLeast('x', 2, undefined).met],
    [true, false, null],
  );
  assert.deepEqual(
    [atMost('x', 2, 2).met, atMost('x', 2, 2.1).met, atMost('x', 2, Number.NaN).met],
    [true, false, null],
  );
});

test('medians and percentiles', () => {
  const samples = createSamples();
  for (const value of [3, 1, 2]) samples.add('rate', value);
  assert.equal(samples.median('rate'), 2);
  assert.equal(quantile([5, 1, 3], 1), 5);
  assert.equal(quantile([], 0.5), undefined);
});

test('one process has all; many have about equal shares of many aggregates, and no less than the largest aggregate', () => {
  assert.ok(Math.abs(busiestShare({ aggregates: 1_000, skew: 0, processes: 1 }) - 1) < 1e-9);
  const even = busiestShare({ aggregates: 20_000, skew: 0, processes: 8 });
  assert.ok(even >= 1 / 8 && even < 1.2 / 8, `${even}`);
  assert.ok(busiestShare({ aggregates: 20_000, skew: 0, processes: 64 }) < 1.5 / 64);
  assert.ok(busiestShare({ aggregates: 100, skew: 2, processes: 64 }) > 0.6);
});
