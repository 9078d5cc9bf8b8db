// Slots and turns of a consumer's attempts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLimiter } from './limiter.ts';

test('no more than its size run at once, and all get their turn', async () => {
  const limit = createLimiter(3);
  let running = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, () =>
      limit(undefined, async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      }),
    ),
  );
  assert.equal(most, 3);
});

test('work of one key runs one after the other, in order, also past a failure', async () => {
  const limit = createLimiter(5);
  const done: number[] = [];
  const results = await Promise.allSettled(
    [30, 1, 10].map((ms, index) =>
      limit('a', async () => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        done.push(index);
        if (index === 1) throw new Error('failed');
      }),
    ),
  );
  assert.deepEqual(done, [0, 1, 2]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});
