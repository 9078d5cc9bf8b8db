// Troubles: told once a reason, and when they are over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTroubles } from './troubles.ts';

test('a lasting trouble is told once for each reason, its end once, and it can begin anew', () => {
  const told: string[] = [];
  const troubles = createTroubles();
  const has = (name: string, reason: string) => troubles.has(name, reason, () => told.push(`${name}: ${reason}`));
  const over = (name: string) => troubles.over(name, () => told.push(`${name} is over`));
  over('broker');
  assert.equal(troubles.any(), false);
  for (let n = 0; n < 50; n += 1) {
    has('broker', 'refused');
    has('broker', 'timed out');
    has('database', 'refused');
  }
  assert.equal(troubles.any(), true);
  over('broker');
  over('broker');
  has('broker', 'refused');
  assert.deepEqual(told, [
    'broker: refused',
    'broker: timed out',
    'database: refused',
    'broker is over',
    'broker: refused',
  ]);
});

test('reasons that never repeat do not flood', () => {
  let told = 0;
  const troubles = createTroubles();
  for (let n = 0; n < 1_000; n += 1)
    troubles.has('x', `attempt ${n}`, () => {
      told += 1;
    });
  assert.ok(told < 10);
});
