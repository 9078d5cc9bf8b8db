// One person, one key: however a number or a hidden id is written.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { externalIdentityKey, identityKeys, lidSource, phoneIdentityKey } from './identity.ts';

describe('ways to recognise a person', () => {
  it('know a Brazilian mobile with and without the ninth digit as one, but no landline', () => {
    assert.equal(phoneIdentityKey('+55 (11) 9 8765-4321'), '5511987654321');
    assert.equal(phoneIdentityKey('551187654321'), '5511987654321');
    assert.equal(phoneIdentityKey('551132654321'), '551132654321');
    assert.equal(phoneIdentityKey('4915112345678'), '4915112345678');
  });

  it('do not change a key once more', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9]{5,15}$/), (phone) => {
        assert.equal(phoneIdentityKey(phoneIdentityKey(phone)), phoneIdentityKey(phone));
      }),
    );
  });

  it('know a hidden id with and without its server', () => {
    const key = { kind: lidSource, key: '100000000000001' };
    assert.deepEqual(externalIdentityKey({ externalId: '100000000000001@lid', source: lidSource }), key);
    assert.deepEqual(externalIdentityKey({ externalId: 'x@lid', source: 'shop' }), { kind: 'shop', key: 'x@lid' });
    const both = identityKeys({ phone: '551187654321', lid: '100000000000001' });
    assert.deepEqual(both, [{ kind: 'phone', key: '5511987654321' }, key]);
    assert.deepEqual(identityKeys({}), []);
  });
});
