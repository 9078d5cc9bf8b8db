// A cut text is a beginning of the whole one, short enough, as long as it can be, and well-formed if the whole one is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutText } from './cut-text.ts';

test('short texts stay, long ones lose whole characters', () => {
  assert.equal(cutText('abc', 3), 'abc');
  assert.equal(cutText('abc', 2), 'ab');
  assert.equal(cutText('a👍', 2), 'a');
  assert.equal(cutText('👍👍', 2), '👍');
});

test('no cut splits a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
      const cut = cutText(text, max);
      assert.ok(text.startsWith(cut) && cut.length <= max);
      assert.ok(!/\p{Surrogate}/u.test(cut));
      assert.ok(cut === text || cut.length >= max - 1);
    }),
  );
});
