// Why a cryptographic operation failed. Messages name keys by their short id only; never a key, a plain text or a cipher text.

/**
 * - `bad_key`: not a usable key (wrong length)
 * - `malformed`: the text doesn't have the form it should have
 * - `not_authentic`: wrong key, other associated data, or the text was changed
 * - `wrong_key`: wrapped or sealed by another key than the one given, known by its id
 * - `unsealable`: the value can't be sealed (undefined, a function, or a subject id with forbidden characters)
 * - `subject_erased`: the subject's key was destroyed, nothing may be sealed for it any more
 */
export type CryptoErrorCode = 'bad_key' | 'malformed' | 'not_authentic' | 'wrong_key' | 'unsealable' | 'subject_erased';

/** Thrown by everything in this folder. Match by `code`. */
export class CryptoError extends Error {
  override name = 'CryptoError';
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
