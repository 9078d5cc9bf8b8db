// The token bucket: what it lets through, and what it says about the rest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRateLimiter } from './rate-limiter.ts';

test('a bucket empties, says how long to wait, and refills evenly; keys do not share', () => {
  let now = 0;
  const limiter = createRateLimiter(60, () => now);
  for (let left = 59; left >= 0; left -= 1)
    assert.deepEqual(
      { remaining: left, waitSeconds: 0 },
      (({ remaining, waitSeconds }) => ({ remaining, waitSeconds }))(limiter.take('a')),
    );
  assert.equal(limiter.take('a').waitSeconds, 1);
  assert.equal(limiter.take('b').waitSeconds, 0);
  now += 1_000;
  assert.equal(limiter.take('a').waitSeconds, 0);
  assert.equal(limiter.take('a').waitSeconds, 1);
});

test('in no minute more than the limit plus one bucket gets through', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.nat(5_000), { maxLength: 300 }), (perMinute, pauses) => {
      let now = 0;
      const limiter = createRateLimiter(perMinute, () => now);
      let allowed = 0;
      for (const ms of pauses) {
        now += ms;
        if (limiter.take('k').waitSeconds === 0) allowed += 1;
      }
      assert.ok(allowed <= perMinute + (now / 60_000) * perMinute + 1);
    }),
  );
});
