// The mark from which the relay reads: never above a row that could still appear.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLowWater } from './low-water.ts';
import type { PendingEvent, PendingRead } from './ports.ts';

const read = (ids: number[], oldestOpen: number, newest: number | null): PendingRead => ({
  events: ids.map((id) => ({ id }) as PendingEvent),
  oldestOpen,
  newest,
});

test('the mark moves to a seen position only when every transaction of that time has ended', () => {
  const lowWater = createLowWater();
  lowWater.note(read([3, 5], 10, 12), 100);
  assert.equal(lowWater.mark(), 0, 'transaction 10 or 11 may still bring position 4');
  lowWater.note(read([], 11, 13), 100);
  assert.equal(lowWater.mark(), 0);
  lowWater.note(read([7], 12, 14), 100);
  assert.equal(lowWater.mark(), 5);
});

test('a read that was cut short does not move the mark past what it saw', () => {
  const lowWater = createLowWater();
  lowWater.note(read([1, 9], 5, 5), 2);
  lowWater.note(read([2, 3], 6, 6), 2);
  assert.equal(lowWater.mark(), 3);
  lowWater.note(read([4], 7, 7), 2);
  assert.equal(lowWater.mark(), 9);
});

test('reset begins anew', () => {
  const lowWater = createLowWater();
  lowWater.note(read([5], 1, 1), 10);
  lowWater.note(read([], 2, 2), 10);
  assert.equal(lowWater.mark(), 5);
  lowWater.reset();
  assert.equal(lowWater.mark(), 0);
});

test('a read that does not tell what had not begun proves nothing about its rows', () => {
  const lowWater = createLowWater();
  assert.equal(lowWater.wantsNewest(), true);
  lowWater.note(read([5], 1, null), 10);
  lowWater.note(read([], 9, null), 10);
  assert.equal(lowWater.mark(), 0);
  lowWater.note(read([6], 9, 10), 10);
  assert.equal(lowWater.wantsNewest(), false);
});
