// AES-256-GCM over bytes: a fresh random 96-bit IV per sealing, associated data always given. Layout: iv (12) | cipher text | tag (16).
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CryptoError } from './crypto-error.ts';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes that sealing adds to the plain text. */
export const OVERHEAD_BYTES = IV_BYTES + TAG_BYTES;

/** Encrypts; the same bytes sealed twice differ. `aad` is not stored: opening needs the same. */
export function sealBytes(key: Uint8Array, plain: Uint8Array, aad: string): Buffer {
  assertKey(key);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(aad, 'utf8'));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Decrypts what sealBytes made. Throws CryptoError `malformed` (too short) or `not_authentic`. */
export function openBytes(key: Uint8Array, sealed: Uint8Array, aad: string): Buffer {
  assertKey(key);
  if (sealed.length < OVERHEAD_BYTES) throw new CryptoError('malformed', 'The sealed bytes are too short.');
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(aad, 'utf8'));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    throw new CryptoError('not_authentic', 'Sealed data does not open: wrong key, moved to another place, or changed.');
  }
}

function assertKey(key: Uint8Array): void {
  if (key.length !== 32) throw new CryptoError('bad_key', `A key must be 32 bytes, this one has ${key.length}.`);
}
