// A short part of a name that no other run has. Letters only: eight digits in a row are taken for a phone number, and masked wherever the name is told.
import { randomBytes } from 'node:crypto';

/** Eight letters by chance. */
export function uniqueLetters(): string {
  return [...randomBytes(8)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
}
