// Redaction: planted canaries at any depth never come out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newKey } from './crypto/key-ring.ts';
import { ERASED, sealValue } from './crypto/sealed.ts';
import { createRedact } from './redact.ts';

const redact = createRedact(['name', 'phone_number', 'address.*.street']);

test('personal and secret fields are hidden whatever their spelling and depth; the rest stays', () => {
  const seen = redact({
    id: 'msg-1',
    Name: 'Ana',
    data: [{ phoneNumber: '123', 'phone-number': 5, address: [{ street: { house: 1 }, city: 'X' }] }],
    headers: { Authorization: 'k', 'x-api-key': 'k', accept: 'json' },
    clientSecret: 'k',
    count: 3,
  });
  assert.deepEqual(seen, {
    id: 'msg-1',
    Name: '[redacted]',
    data: [
      {
        phoneNumber: '[redacted]',
        'phone-number': '[redacted]',
        address: [{ street: '[redacted]', city: 'X' }],
      },
    ],
    headers: { Authorization: '[redacted]', 'x-api-key': '[redacted]', accept: 'json' },
    clientSecret: '[redacted]',
    count: 3,
  });
});

test('sealed, erased and empty values may be seen', () => {
  const name = sealValue(newKey(), 'ana', 'x', 'Ana');
  assert.deepEqual(redact({ name, note: name }), { name, note: name });
  assert.deepEqual(redact({ name: ERASED, a: { name: null } }), { name: ERASED, a: { name: null } });
});

test('odd things become something short and harmless', () => {
  class Socket {
    buffer = 'canary';
  }
  const circular: Record<string, unknown> = {
    n: 1n,
    at: new Date(0),
    bytes: Buffer.from('canary'),
    socket: new Socket(),
  };
  circular['self'] = circular;
  assert.deepEqual(redact(circular), {
    n: '1',
    at: '1970-01-01T00:00:00.000Z',
    bytes: '[6 bytes]',
    socket: '[Socket]',
    self: '[circular]',
  });
  assert.deepEqual(redact({ url: new URL('http://user:canary@host/x') }), { url: 'http://***@host/x' });
  assert.deepEqual(
    redact(JSON.parse('{"__proto__": {"name": "Ana"}}')),
    JSON.parse('{"__proto__": {"name": "[redacted]"}}'),
  );
  const throwing = {
    get value() {
      throw new Error('canary');
    },
  };
  assert.equal(redact(throwing), '[unreadable]');
  assert.deepEqual(redact({ '5511999998888@c.us': 1 }), { '***': 1 });
});

test('size is bounded in every direction', () => {
  let deep: unknown = 'bottom';
  for (let level = 0; level < 1_000; level += 1) deep = { deep };
  const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index]));
  const big = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => 'x'.repeat(100)));
  assert.ok(JSON.stringify(redact(deep)).length < 200);
  assert.equal(Object.keys(redact(wide) as object).length, 101);
  assert.ok(JSON.stringify(redact(big)).length < 300_000);
});

test('a value under a personal name never comes out, at any depth; what went in is unchanged', () => {
  const canary = 'kanarienvogel';
  const planted = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'large', withCrossShrink: true },
      fc.jsonValue(),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }),
      fc.record({
        name: fc.oneof(fc.constant(canary), fc.array(fc.constant(canary)), fc.record({ inner: fc.constant(canary) })),
        ok: tie('node'),
      }),
      tie('node').map((node) => ({ wrapped: { PHONE_NUMBER: canary, node } })),
    ),
  })).node;
  fc.assert(
    fc.property(planted, (value) => {
      const before = JSON.stringify(value);
      assert.ok(!(JSON.stringify(redact(value)) ?? '').includes(canary));
      assert.equal(JSON.stringify(value), before);
    }),
    { numRuns: 500 },
  );
});
