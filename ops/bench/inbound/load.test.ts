// The benchmark's clock: a steady load counts from when a post was due, and begins the next whether or not the one before has ended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { closedLoop, openLoop } from './load.ts';

test('a slow answer holds up nobody, and its whole time counts', async () => {
  let [running, most] = [0, 0];
  const { ms, failed } = await openLoop({ perSecond: 50, seconds: 0.4 }, async () => {
    running += 1;
    most = Math.max(most, running);
    await delay(200);
    running -= 1;
  });
  assert.deepEqual([ms.length, failed], [20, 0]);
  assert.ok(most > 5, `${most} at once`);
  assert.ok(ms.every((one) => one >= 195));
});

test('a start that comes late is counted from when it was due', async () => {
  const { ms } = await openLoop({ perSecond: 100, seconds: 0.1 }, async () => {
    const until = performance.now() + 50;
    while (performance.now() < until);
  });
  // Ten of 50 ms, due 10 ms apart, on one thread: the last one's end is 400 ms after it was due.
  assert.ok(Math.max(...ms) >= 350, `${Math.max(...ms)} ms`);
});

test('what fails is counted, not timed', async () => {
  let number = 0;
  const { ms, results, failed } = await openLoop({ perSecond: 1_000, seconds: 0.01 }, async () => {
    number += 1;
    if (number % 2 === 0) throw new Error('no answer');
    return number;
  });
  assert.deepEqual([ms.length, results.length, failed], [5, 5, 5]);
});

test('a closed loop never has more in flight than asked, and tells each its number', async () => {
  let [running, most] = [0, 0];
  const numbers: number[] = [];
  await closedLoop({ times: 20, inFlight: 4 }, async (number) => {
    numbers.push(number);
    running += 1;
    most = Math.max(most, running);
    await delay(1);
    running -= 1;
  });
  assert.equal(most, 4);
  assert.deepEqual(
    numbers,
    Array.from({ length: 20 }, (_, number) => number),
  );
});
