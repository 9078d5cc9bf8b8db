// Password hashes: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane), in PHC form, computed off the event loop.
import { hash, verify } from '@node-rs/argon2';

// The algorithm is argon2id unless another one is named.
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** One character can be written in several ways: the same password gives the same bytes on every keyboard. */
const normalised = (password: string): string => password.normalize('NFKC');

/** Hashes a password with a new salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(normalised(password), parameters);
}

/** Whether the password is the one that was hashed. */
export function isPassword(hashed: string, password: string): Promise<boolean> {
  return verify(hashed, normalised(password));
}
