// Verifies a webhook's HMAC-SHA512 (lower-case hex) over the raw body, in constant time. Never throws on what a stranger sends.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The two headers that carry a webhook's signature. */
export const SIGNATURE_HEADER = 'x-webhook-hmac';
/** Names the algorithm; only `sha512` exists. */
export const ALGORITHM_HEADER = 'x-webhook-hmac-algorithm';

/** Signs `rawBody` as the gateway does: lower-case hex. */
export function signBody(rawBody: Uint8Array | string, key: string): string {
  return createHmac('sha512', key).update(rawBody).digest('hex');
}

/** What is wrong with a signature; `ok` when nothing is. */
export type SignatureVerdict = 'ok' | 'missing' | 'unsupported_algorithm' | 'mismatch';

/** Compares the sent signature with that of the exact bytes received. Both sides are hashed first, so lengths tell nothing. */
export function verifySignature(input: {
  rawBody: Uint8Array;
  key: string;
  signature: string | undefined;
  algorithm: string | undefined;
}): SignatureVerdict {
  if (input.algorithm !== undefined && input.algorithm.trim().toLowerCase() !== 'sha512')
    return 'unsupported_algorithm';
  if (input.signature === undefined || input.signature === '') return 'missing';
  const sent = digest(input.signature.trim().toLowerCase());
  const expected = digest(signBody(input.rawBody, input.key));
  return timingSafeEqual(sent, expected) ? 'ok' : 'mismatch';
}

/** SHA-256 of a raw body in hex: what identifies an event that came without an id. */
export function hashRawBody(rawBody: Uint8Array): string {
  return createHash('sha256').update(rawBody).digest('hex');
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
