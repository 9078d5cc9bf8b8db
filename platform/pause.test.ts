// A pause ends by time or by any of its signals, and leaves no listener behind.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { pause } from './pause.ts';

test('a wait ends with any of its signals, and leaves no listener on those that live on', async () => {
  const [one, other] = [new AbortController(), new AbortController()];
  for (let n = 0; n < 3; n += 1) await pause(1, one.signal, other.signal);
  const waiting = pause(60_000, one.signal, undefined, other.signal);
  assert.equal(getEventListeners(other.signal, 'abort').length, 1);
  one.abort();
  await waiting;
  assert.equal(getEventListeners(other.signal, 'abort').length, 0);
  await pause(60_000, other.signal, one.signal);
});
