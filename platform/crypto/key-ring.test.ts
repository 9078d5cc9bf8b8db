// Wrapped keys open only with the right key in the right place; blind indexes differ by tenant and field.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blindIndex, keyId, newKey, unwrapDataKey, unwrapTenantKey, wrapDataKey, wrapTenantKey } from './key-ring.ts';

test('a key wrapped on each level comes back', () => {
  const [master, tenantKey, dataKey] = [newKey(), newKey(), newKey()];
  assert.deepEqual(unwrapTenantKey(master, 't1', wrapTenantKey(master, 't1', tenantKey)), tenantKey);
  const wrapped = wrapDataKey(tenantKey, 't1', 'ana', dataKey);
  assert.match(wrapped, /^wk1:[0-9a-f]{8}:[A-Za-z0-9_-]{80}$/);
  assert.deepEqual(unwrapDataKey(tenantKey, 't1', 'ana', wrapped), dataKey);
});

test('a wrapped key moved to another tenant or subject does not open', () => {
  const [master, tenantKey] = [newKey(), newKey()];
  const wrapped = wrapDataKey(tenantKey, 't1', 'ana', newKey());
  assert.throws(() => unwrapDataKey(tenantKey, 't1', 'bob', wrapped), { code: 'not_authentic' });
  assert.throws(() => unwrapDataKey(tenantKey, 't2', 'ana', wrapped), { code: 'not_authentic' });
  assert.throws(() => unwrapTenantKey(master, 't2', wrapTenantKey(master, 't1', tenantKey)), { code: 'not_authentic' });
  // The same text can't pass as a key of the other level.
  assert.throws(() => unwrapTenantKey(tenantKey, 't1', wrapped), { code: 'not_authentic' });
});

test('the wrong master key is told by its id', () => {
  const [right, wrong] = [newKey(), newKey()];
  const wrapped = wrapTenantKey(right, 't1', newKey());
  assert.throws(() => unwrapTenantKey(wrong, 't1', wrapped), {
    code: 'wrong_key',
    message: new RegExp(`MASTER_KEY.*${keyId(wrong)}.*${keyId(right)}`),
  });
  assert.throws(() => unwrapTenantKey(right, 't1', 'nonsense'), { code: 'malformed' });
});

test('blind indexes are equal for the same tenant, field and value, and only then', () => {
  const [one, other] = [newKey(), newKey()];
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (field, value, field2, value2) => {
      const index = blindIndex(one, field, value);
      assert.match(index, /^[A-Za-z0-9_-]{43}$/);
      assert.equal(index === blindIndex(one, field2, value2), field === field2 && value === value2);
      assert.notEqual(index, blindIndex(other, field, value));
    }),
  );
});
