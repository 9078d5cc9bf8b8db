// What was ever bound is remembered; what is dropped without a word is refused, because the broker would go on with it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRow } from '../../test/support/events.ts';
import { mergeBindings } from './bindings.ts';

const row = testRow('x', { types: ['a.done', 'b.#'] }, { retryDelaysMs: [20, 50] });
const before = mergeBindings({}, [row]);

test('it grows by what is new', () => {
  assert.deepEqual(before, { x: { patterns: ['a.done', 'b.#'], retryDelaysMs: [20, 50] } });
  const more = testRow('x', { types: ['c.*', 'a.done', 'b.#'] }, { retryDelaysMs: [20, 50, 70] });
  assert.deepEqual(mergeBindings(before, [more]), {
    x: { patterns: ['a.done', 'b.#', 'c.*'], retryDelaysMs: [20, 50, 70] },
  });
});

test('a pattern or a delay that is dropped has to be named, also under a new version of the queue', () => {
  const fewer = { ...row, on: { types: ['a.done'] }, queueVersion: 2 };
  assert.throws(() => mergeBindings(before, [fewer]), /x had b\.# in an earlier release.*formerly\.patterns/);
  assert.deepEqual(mergeBindings(before, [{ ...fewer, formerly: { patterns: ['b.#'] } }]), before);
  const slower = { ...row, retryDelaysMs: [50] };
  assert.throws(() => mergeBindings(before, [slower]), /x had 20 .*formerly\.retryDelaysMs/);
  assert.deepEqual(mergeBindings(before, [{ ...slower, formerly: { retryDelaysMs: [20] } }]), before);
});

test('a consumer that is gone leaves queues behind: it says what to do', () => {
  assert.throws(() => mergeBindings(before, []), /x: no consumer any more.*Delete them there/);
});
