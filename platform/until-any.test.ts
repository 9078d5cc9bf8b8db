// Work ends with any of its signals, and leaves no listener on those that live on.
import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { test } from 'node:test';
import { untilAny } from './until-any.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

test('it hears the first of its signals, also one that aborted before', async () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const both = [one.signal, other.signal];
  const waiting = untilAny(both, (signal) => once(signal, 'abort'));
  assert.deepEqual(both.map(listeners), [1, 1]);
  other.abort();
  await waiting;
  assert.equal(await untilAny(both, async ({ aborted }) => aborted), true);
  assert.deepEqual(both.map(listeners), [0, 0]);
});

test('done or failed, it leaves nothing behind, and ends what it left running', async () => {
  const { signal } = new AbortController();
  const given: AbortSignal[] = [];
  for (let n = 0; n < 3; n += 1) await untilAny([signal], async (own) => given.push(own));
  const failing = untilAny([signal], async (own) => {
    given.push(own);
    throw new Error('failed');
  });
  await assert.rejects(failing, /failed/);
  assert.deepEqual([listeners(signal), given.map(({ aborted }) => aborted)], [0, [true, true, true, true]]);
});
