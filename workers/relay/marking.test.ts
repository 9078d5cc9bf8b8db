// When confirmed events are marked: together, but never so late that the window fills up or a stopping relay waits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMarking } from './marking.ts';

function world() {
  const state = { now: 0, confirmed: 0, isMuch: false, isDraining: false, hurries: false, marked: [] as number[] };
  const marking = createMarking(
    {
      toMark: () => ({ count: state.confirmed, isMuch: state.isMuch }),
      isDraining: () => state.isDraining,
      flush: async () => {
        const count = state.confirmed;
        state.confirmed = 0;
        state.isMuch = false;
        state.marked.push(count);
        return count;
      },
    },
    { now: () => state.now },
    { gatherMs: 20 },
    () => state.hurries,
  );
  return { state, marking };
}

test('what is confirmed within the time to gather is marked together', async () => {
  const { state, marking } = world();
  state.confirmed = 1;
  assert.equal(marking.isDue(), true);
  assert.equal(await marking.mark(), 20);
  state.confirmed = 7;
  state.now = 12;
  assert.equal(marking.isDue(), false);
  assert.equal(await marking.mark(), 8);
  assert.deepEqual(state.marked, []);
  state.now = 20;
  await marking.mark();
  assert.deepEqual(state.marked, [7]);
  // The next one gathers anew.
  state.confirmed = 1;
  assert.equal(await marking.mark(), 20);
});

test('much, a partition to be given back, or a stop are not waited for', async () => {
  for (const key of ['isMuch', 'isDraining', 'hurries'] as const) {
    const { state, marking } = world();
    state.confirmed = 3;
    state[key] = true;
    assert.equal(marking.isDue(), true, key);
    await marking.mark();
    assert.deepEqual(state.marked, [3], key);
  }
});

test('with nothing to mark it rests', async () => {
  const { state, marking } = world();
  assert.ok((await marking.mark()) >= 500);
  assert.deepEqual(state.marked, []);
});
