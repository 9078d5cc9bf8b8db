// The text form of a sealed value: round trips, tampering, erased subjects.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newKey } from './key-ring.ts';
import { ERASED, isErased, isSealed, openValue, sealValue, subjectOf } from './sealed.ts';

const subject = fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/);

test('any JSON value comes back, and the text shows its subject and nothing of the value', () => {
  const key = newKey();
  fc.assert(
    fc.property(fc.jsonValue(), subject, fc.string(), (value, subjectId, aad) => {
      const sealed = sealValue(key, subjectId, aad, value);
      assert.ok(isSealed(sealed));
      assert.equal(subjectOf(sealed), subjectId);
      assert.deepEqual(openValue(key, sealed, aad), JSON.parse(JSON.stringify(value)));
      assert.equal(openValue(undefined, sealed, aad), ERASED);
    }),
  );
  const text = sealValue(key, 's', 'a', 'canary-4711');
  assert.ok(!Buffer.from(text.split(':')[3] ?? '', 'base64url').includes('canary'));
});

test('the head is bound too: a text given to another subject does not open', () => {
  const key = newKey();
  const sealed = sealValue(key, 'ana', 'place', 'secret');
  assert.throws(() => openValue(key, sealed.replace(':ana:', ':bob:'), 'place'), { code: 'not_authentic' });
  assert.throws(() => openValue(key, sealed, 'elsewhere'), { code: 'not_authentic' });
  assert.throws(() => openValue(newKey(), sealed, 'place'), { code: 'not_authentic' });
});

test('a text that only looks sealed is malformed, with or without a key', () => {
  for (const text of [
    '',
    'hello',
    'enc:v1:',
    'enc:v1:a:',
    'enc:v1:a:AAAA',
    'enc:v2:a:AAAA',
    `enc:v1:a b:${'A'.repeat(60)}`,
  ]) {
    assert.equal(isSealed(text), false, text);
    assert.throws(() => openValue(newKey(), text, ''), { code: 'malformed' });
    assert.throws(() => openValue(undefined, text, ''), { code: 'malformed' });
    assert.throws(() => subjectOf(text), { code: 'malformed' });
  }
  for (const value of [undefined, null, 7, {}, ['enc:v1:']]) assert.equal(isSealed(value), false);
});

test('what can not be sealed is refused', () => {
  const key = newKey();
  assert.throws(() => sealValue(key, 'a', '', undefined), { code: 'unsealable' });
  assert.throws(() => sealValue(key, 'a', '', () => 1), { code: 'unsealable' });
  assert.throws(() => sealValue(key, 'a:b', '', 1), { code: 'unsealable' });
  assert.throws(() => sealValue(key, '', '', 1), { code: 'unsealable' });
});

test('a user who types a sealed text gets it back as typed', () => {
  const key = newKey();
  const typed = sealValue(key, 'other', 'x', 'inner');
  assert.equal(openValue(key, sealValue(key, 'me', 'place', typed), 'place'), typed);
});

test('the erased value is recognised after a trip through JSON', () => {
  assert.ok(isErased(JSON.parse(JSON.stringify(ERASED))));
  for (const value of [null, undefined, 'erased', { erased: false }, {}]) assert.equal(isErased(value), false);
});
