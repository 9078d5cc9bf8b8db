// Address forms, and the one key that all ways to write one number share.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { phoneIdentityKey } from '../../domain/contact/identity.ts';
import { parseAddress } from './addresses.ts';

test('each form has its kind and normal form', () => {
  const table: [string, string, string][] = [
    ['5521900000102@c.us', 'phone', '5521900000102@c.us'],
    ['5521900000102@s.whatsapp.net', 'phone', '5521900000102@c.us'],
    ['5521900000102:20@s.whatsapp.net', 'phone', '5521900000102@c.us'],
    ['5521900000102:3@c.us', 'phone', '5521900000102@c.us'],
    ['5521900000102.0:3@s.whatsapp.net', 'phone', '5521900000102@c.us'],
    ['+5521900000102@c.us', 'phone', '5521900000102@c.us'],
    ['200000000000102@lid', 'lid', '200000000000102@lid'],
    ['200000000000102:9@lid', 'lid', '200000000000102@lid'],
    ['120363000000000201@g.us', 'group', '120363000000000201@g.us'],
    ['5521900000102-1600000000@g.us', 'group', '5521900000102-1600000000@g.us'],
    ['345345345345345345@newsletter', 'newsletter', '345345345345345345@newsletter'],
    ['status@broadcast', 'status', 'status@broadcast'],
    ['1781000000@broadcast', 'broadcast', '1781000000@broadcast'],
  ];
  for (const [text, kind, address] of table) {
    const parsed = parseAddress(text);
    assert.equal(parsed?.kind, kind, text);
    assert.equal(parsed?.address, address, text);
  }
});

test('more digits than a phone can have are a hidden id', () => {
  assert.deepEqual(parseAddress('22222222222222222@c.us'), {
    kind: 'lid',
    user: '22222222222222222',
    address: '22222222222222222@c.us',
  });
});

test('what is no address is none', () => {
  const strangers = [
    '',
    '@c.us',
    'me',
    '5521900000102',
    'abc@c.us',
    '12@c.us',
    'x@constructor',
    '1@2@example',
    '0@c.us',
  ];
  for (const text of [...strangers, null, undefined, 5, {}, `${'1'.repeat(500)}@lid`]) {
    assert.equal(parseAddress(text), undefined, String(text));
  }
});

test('a Brazilian mobile number has one key with and without its ninth digit', () => {
  assert.equal(phoneIdentityKey('552181234567'), '5521981234567');
  assert.equal(phoneIdentityKey('5521981234567'), '5521981234567');
  assert.equal(phoneIdentityKey('+55 (21) 8123-4567'), '5521981234567');
  fc.assert(
    fc.property(fc.integer({ min: 11, max: 99 }), fc.integer({ min: 60_000_000, max: 99_999_999 }), (area, local) => {
      fc.pre(area % 10 !== 0);
      assert.equal(phoneIdentityKey(`55${area}${local}`), phoneIdentityKey(`55${area}9${local}`));
    }),
  );
});

test('landlines and other countries keep their digits, and the key of a key is itself', () => {
  assert.equal(phoneIdentityKey('552131234567'), '552131234567');
  assert.equal(phoneIdentityKey('351912345678'), '351912345678');
  assert.equal(phoneIdentityKey('550081234567'), '550081234567');
  fc.assert(
    fc.property(fc.stringMatching(/^\d{5,15}$/), (phone) => {
      assert.equal(phoneIdentityKey(phoneIdentityKey(phone)), phoneIdentityKey(phone));
    }),
  );
});

test('two different numbers of one length never share a key', () => {
  const phone = fc.stringMatching(/^55[1-9][1-9]\d{8}$/);
  fc.assert(
    fc.property(phone, phone, (one, two) => {
      fc.pre(one !== two);
      assert.notEqual(phoneIdentityKey(one), phoneIdentityKey(two));
    }),
  );
});
