// Passwords in one process: the same work for nobody as for somebody, a few at a time, refused beyond what can wait.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPasswords, requireGoodPassword } from './passwords.ts';

/** Hashing that can be held, and tells what was asked of it. */
function held() {
  const asked: string[] = [];
  const open: (() => void)[] = [];
  const passwords = createPasswords({
    hash: async (password) => `hash of ${password.length === 43 ? 'nobody' : password}`,
    check: (hashed, password) => {
      asked.push(hashed);
      return new Promise((resolve) => open.push(() => resolve(hashed === `hash of ${password}`)));
    },
  });
  return { passwords, asked, letGo: () => open.shift()?.() };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('nobody’s password is checked against a hash too, and never fits', async () => {
  const { passwords, asked, letGo } = held();
  const answers = [passwords.check(null, 'nobody'), passwords.check('hash of secret', 'secret')];
  await turn();
  assert.deepEqual(asked, ['hash of nobody', 'hash of secret']);
  letGo();
  letGo();
  assert.deepEqual(await Promise.all(answers), [false, true]);
});

test('two at a time; the rest waits in turn, and more than 64 are refused', async () => {
  const { passwords, asked, letGo } = held();
  const answers = Array.from({ length: 66 }, (_, index) => passwords.check(`hash of ${index}`, String(index)));
  await turn();
  assert.equal(asked.length, 2);
  await assert.rejects(passwords.check('x', 'x'), { code: 'unavailable' });
  for (let index = 0; index < 66; index += 1) {
    letGo();
    await turn();
  }
  assert.deepEqual(new Set(await Promise.all(answers)), new Set([true]));
  assert.deepEqual(
    asked,
    Array.from({ length: 66 }, (_, index) => `hash of ${index}`),
  );
});

test('a place is given back when hashing fails', async () => {
  const passwords = createPasswords({ hash: () => Promise.reject(new Error('no memory')), check: async () => true });
  for (let index = 0; index < 5; index += 1) await assert.rejects(passwords.hash('x'), /no memory/);
});

test('what is easy to guess is refused', () => {
  assert.throws(() => requireGoodPassword('abababababababab'), { rule: 'password_too_simple' });
  requireGoodPassword('a horse in the rain');
});
