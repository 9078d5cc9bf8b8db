// Slots and turns of a consumer's attempts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLimiter, createSlowLane } from './limiter.ts';

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

test('what takes long makes room for others, as long as there is room beside', async () => {
  const lane = createSlowLane(1);
  const timers: (() => void)[] = [];
  const after = (_: number, then: () => void) => {
    timers.push(then);
    return () => {};
  };
  const limit = createLimiter(1, { lane, afterMs: 10, after });
  const ends: (() => void)[] = [];
  const begun: string[] = [];
  const hangs = (name: string): Promise<void> => {
    begun.push(name);
    return new Promise((resolve) => ends.push(resolve));
  };
  const first = limit(undefined, () => hangs('first'));
  const second = limit(undefined, () => hangs('second'));
  const third = limit(undefined, async () => void begun.push('third'));
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await turn();
  assert.deepEqual(begun, ['first']);
  timers[0]?.();
  await turn();
  assert.deepEqual(begun, ['first', 'second']);
  // The lane is full: the second keeps its slot until it ends.
  timers[1]?.();
  await turn();
  assert.deepEqual(begun, ['first', 'second']);
  ends[1]?.();
  await Promise.all([second, third]);
  ends[0]?.();
  await first;
  assert.equal(lane.enter(), true);
});
