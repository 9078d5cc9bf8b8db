// The signature check against the documented vector and against everything that must not pass.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashRawBody, signBody, verifySignature } from './signature.ts';

const key = 'my-secret-key';
const rawBody = Buffer.from('{"event":"message","session":"default","engine":"WEBJS"}');
const signature =
  '208f8a55dde9e05519e898b10b89bf0d0b3b0fdf11fdbf09b6b90476301b98d8097c462b2b17a6ce93b6b47a136cf2e78a33a63f6752c2c1631777076153fa89';

test('the golden vector is reproduced and accepted', () => {
  assert.equal(signBody(rawBody, key), signature);
  assert.equal(verifySignature({ rawBody, key, signature, algorithm: 'sha512' }), 'ok');
  assert.equal(verifySignature({ rawBody, key, signature, algorithm: undefined }), 'ok');
  assert.equal(verifySignature({ rawBody, key, signature: signature.toUpperCase(), algorithm: 'SHA512' }), 'ok');
});

test('a changed byte, another key, a cut or longer signature do not pass', () => {
  const changed = Buffer.from(rawBody);
  changed[3] = 0x21;
  assert.equal(verifySignature({ rawBody: changed, key, signature, algorithm: 'sha512' }), 'mismatch');
  assert.equal(verifySignature({ rawBody, key: 'other', signature, algorithm: 'sha512' }), 'mismatch');
  assert.equal(verifySignature({ rawBody, key, signature: signature.slice(0, -1), algorithm: 'sha512' }), 'mismatch');
  assert.equal(verifySignature({ rawBody, key, signature: `${signature}00`, algorithm: 'sha512' }), 'mismatch');
});

test('a missing signature and another algorithm are named', () => {
  assert.equal(verifySignature({ rawBody, key, signature: undefined, algorithm: 'sha512' }), 'missing');
  assert.equal(verifySignature({ rawBody, key, signature: '', algorithm: undefined }), 'missing');
  assert.equal(verifySignature({ rawBody, key, signature, algorithm: 'sha256' }), 'unsupported_algorithm');
});

test('no header makes it throw or pass', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (sent) => {
      assert.notEqual(verifySignature({ rawBody, key, signature: sent, algorithm: undefined }), 'ok');
    }),
  );
});

test('equal bytes have one hash, others another', () => {
  assert.equal(hashRawBody(Buffer.from('a')), hashRawBody(Buffer.from('a')));
  assert.notEqual(hashRawBody(Buffer.from('a')), hashRawBody(Buffer.from('b')));
});
