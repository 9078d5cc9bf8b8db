// Sealing bytes: what is opened is what was sealed, and nothing opens that was changed or bound elsewhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OVERHEAD_BYTES, openBytes, sealBytes } from './aes-gcm.ts';
import { newKey } from './key-ring.ts';

const bytes = fc.uint8Array({ maxLength: 300 });

test('what is sealed opens to the same bytes, and never looks the same twice', () => {
  const key = newKey();
  fc.assert(
    fc.property(bytes, fc.string(), (plain, aad) => {
      const sealed = sealBytes(key, plain, aad);
      assert.equal(sealed.length, plain.length + OVERHEAD_BYTES);
      assert.deepEqual(new Uint8Array(openBytes(key, sealed, aad)), plain);
      assert.notDeepEqual(sealBytes(key, plain, aad), sealed);
    }),
  );
});

test('one flipped bit anywhere, another key or other associated data: not_authentic', () => {
  const key = newKey();
  fc.assert(
    fc.property(bytes, fc.nat(), fc.nat(7), (plain, at, bit) => {
      const sealed = sealBytes(key, plain, 'place');
      const changed = Buffer.from(sealed);
      const index = at % changed.length;
      changed[index] = (changed[index] ?? 0) ^ (1 << bit);
      assert.throws(() => openBytes(key, changed, 'place'), { code: 'not_authentic' });
      assert.throws(() => openBytes(newKey(), sealed, 'place'), { code: 'not_authentic' });
      assert.throws(() => openBytes(key, sealed, 'other place'), { code: 'not_authentic' });
    }),
  );
});

test('short input and short keys are refused by name', () => {
  assert.throws(() => openBytes(newKey(), Buffer.alloc(OVERHEAD_BYTES - 1), ''), { code: 'malformed' });
  assert.throws(() => sealBytes(Buffer.alloc(16), Buffer.from('x'), ''), { code: 'bad_key' });
  assert.throws(() => openBytes(Buffer.alloc(31), Buffer.alloc(64), ''), { code: 'bad_key' });
});
