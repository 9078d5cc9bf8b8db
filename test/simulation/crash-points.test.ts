// A crash before and after each call of a port, up to two: lost 0, unexpected 0, doubled 0, inversions 0, gaps 0.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crashPointsInProcess } from './in-process.ts';

test('every crash point, with an ordered and with an unordered consumer', async (t) => {
  const startedAt = performance.now();
  const [ordered, unordered] = await Promise.all([crashPointsInProcess('ordered'), crashPointsInProcess('unordered')]);
  t.diagnostic(`${ordered} + ${unordered} runs in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  assert.ok(ordered > 2_000 && unordered > 2_000, 'hardly anything crashed');
});
