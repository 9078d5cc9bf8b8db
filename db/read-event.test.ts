// Events of older versions: read as the current one, also while personal values are sealed and move to another place.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { isSealed, openValue, pathOf, sealValue, withPath } from '../platform/crypto/sealed.ts';

describe('a sealed value that is moved', () => {
  const key = randomBytes(32);
  const sealed = sealValue(key, 'subject', 'a|name', 'Ana');

  it('keeps the path at which it was sealed, through every further move', () => {
    const moved = withPath(withPath(sealed, 'name'), 'name.display');
    assert.deepEqual([isSealed(moved), pathOf(moved), pathOf(sealed)], [true, 'name', undefined]);
    assert.equal(openValue(key, moved, 'a|name'), 'Ana');
    assert.throws(() => openValue(key, moved, 'a|name.display'), { code: 'not_authentic' });
  });
});
