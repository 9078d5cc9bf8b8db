// Hashes and checks agents' passwords: a few at a time, so that a flood of sign-ins can't take the machine; always the same work, whether there is a hash or not.
import { randomBytes } from 'node:crypto';
import { DomainError, violated } from '../domain/kernel/errors.ts';
import { hashPassword, isPassword } from '../platform/crypto/password-hash.ts';

/** Passwords of one process. Both throw DomainError unavailable when too many wait. */
export type Passwords = {
  hash(password: string): Promise<string>;
  /** Whether the password is the one that was hashed. null: nobody's; the same time passes. */
  check(hashed: string | null, password: string): Promise<boolean>;
};

/** What it computes with: tests count it. */
export type PasswordHashing = { readonly hash: typeof hashPassword; readonly check: typeof isPassword };

const atOnce = 2;
const waitingAtMost = 64;
/** The least and the most characters of a password. */
export const passwordLength = { least: 12, most: 200 } as const;
const leastDifferent = 5;

/** Makes them. */
export function createPasswords(hashing: PasswordHashing = { hash: hashPassword, check: isPassword }): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= waitingAtMost)
        throw new DomainError('unavailable', 'Too many sign-ins at this moment: try again in a moment.');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }
  let nobodys: Promise<string> | undefined;
  return {
    hash: (password) => inTurn(() => hashing.hash(password)),
    check: (hashed, password) =>
      inTurn(async () => {
        nobodys ??= hashing.hash(randomBytes(32).toString('base64url'));
        const stand = await nobodys;
        const fits = await hashing.check(hashed ?? stand, password);
        return fits && hashed !== null;
      }),
  };
}

/** Throws DomainError rule_violated for a password that is easy to guess. Length is what counts; no kinds of characters are asked for. */
export function requireGoodPassword(password: string): void {
  if (new Set(password).size < leastDifferent)
    throw violated('password_too_simple', `Use at least ${leastDifferent} different characters.`);
}
