// The hash of a webhook's raw body: what identifies an event that came without an id.
import { createHash } from 'node:crypto';

/** SHA-256 of a raw body in hex. */
export function hashRawBody(rawBody: Uint8Array | string): string {
  return createHash('sha256').update(rawBody).digest('hex');
}
