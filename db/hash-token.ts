// Secrets of 256 random bits: what is stored of them is a SHA-256, which such a secret needs no salt or slowness for.
import { createHash, randomBytes } from 'node:crypto';

/** Draws a secret; `prefix` says what it is for. */
export function newToken(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of it. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
