// Passwords: argon2id as it should be, salted, whatever the way a character was written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashPassword, isPassword } from './password-hash.ts';

test('a hash is argon2id with the recommended parameters, salted anew each time', async () => {
  const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.notEqual(one, two);
  assert.ok(!one.includes('correct'));
});

test('only the password fits its hash, in composed and decomposed form', async () => {
  const hashed = await hashPassword('caf\u00e9 com leite');
  assert.equal(await isPassword(hashed, 'cafe\u0301 com leite'), true);
  assert.equal(await isPassword(hashed, 'cafe com leite'), false);
  assert.equal(await isPassword(hashed, ''), false);
});
