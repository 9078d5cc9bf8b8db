// The text form of a sealed value: enc:v1:<subjectId>:<base64url(iv | cipher text | tag)>. What is sealed is the value's JSON.
// The head is authenticated too: a text can't be given to another subject. Opening without a key gives `{ erased: true }`.
// A text that was moved inside its event carries the path to which it is bound behind it: …@name.
import { OVERHEAD_BYTES, openBytes, sealBytes } from './aes-gcm.ts';
import { CryptoError } from './crypto-error.ts';

/** What is left of a value whose subject's key was destroyed. Survives JSON. */
export type Erased = { readonly erased: true };

/** The one Erased value. */
export const ERASED: Erased = Object.freeze({ erased: true });

const SUBJECT_ID = /^[A-Za-z0-9._-]{1,128}$/;
const SEALED = /^enc:v1:([A-Za-z0-9._-]{1,128}):([A-Za-z0-9_-]+)(?:@([A-Za-z0-9_.-]{1,200}))?$/;
/** The form as a regular expression's text, for schemas. */
export const sealedPattern = SEALED.source;
/** Base64url characters of the shortest possible content: one byte of JSON. */
const SHORTEST = Math.ceil(((OVERHEAD_BYTES + 1) * 4) / 3);

/** Seals any JSON value for a subject. Throws CryptoError `unsealable` for what JSON can't hold and for odd subject ids. */
export function sealValue(key: Uint8Array, subjectId: string, aad: string, value: unknown): string {
  if (!SUBJECT_ID.test(subjectId)) {
    throw new CryptoError('unsealable', 'A subject id has 1 to 128 characters of A-Z a-z 0-9 . _ -');
  }
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new CryptoError('unsealable', 'A value without JSON form can not be sealed.');
  const bytes = sealBytes(key, Buffer.from(json, 'utf8'), bound(subjectId, aad));
  return `enc:v1:${subjectId}:${bytes.toString('base64url')}`;
}

/** Opens what sealValue made. No key: ERASED. Wrong key, other `aad` or changed text: CryptoError `not_authentic`. */
export function openValue(key: Uint8Array | undefined, sealed: string, aad: string): unknown {
  const parts = parse(sealed);
  if (parts === undefined) throw new CryptoError('malformed', 'Not a sealed value (enc:v1:<subject>:<data>).');
  if (key === undefined) return ERASED;
  const plain = openBytes(key, Buffer.from(parts.data, 'base64url'), bound(parts.subjectId, aad));
  return JSON.parse(plain.toString('utf8'));
}

/** True for texts of the sealed form. It says nothing about who sealed them. */
export function isSealed(value: unknown): value is string {
  return typeof value === 'string' && parse(value) !== undefined;
}

/** The subject whose key opens the text. Throws CryptoError `malformed`. */
export function subjectOf(sealed: string): string {
  const parts = parse(sealed);
  if (parts === undefined) throw new CryptoError('malformed', 'Not a sealed value (enc:v1:<subject>:<data>).');
  return parts.subjectId;
}

/** A sealed text that says at which path it was sealed, so that it can be opened wherever it is moved. */
export function withPath(sealed: string, path: string): string {
  return pathOf(sealed) === undefined ? `${sealed}@${path}` : sealed;
}

/** The path at which a moved text was sealed; undefined: it stands where it was sealed. */
export function pathOf(sealed: string): string | undefined {
  return parse(sealed)?.path;
}

/** True for the value that stands where an erased one was. */
export function isErased(value: unknown): value is Erased {
  return typeof value === 'object' && value !== null && 'erased' in value && value.erased === true;
}

function parse(text: string): { subjectId: string; data: string; path: string | undefined } | undefined {
  // Most texts asked about are not sealed: the cheap test first.
  if (!text.startsWith('enc:v1:')) return undefined;
  const [, subjectId, data, path] = SEALED.exec(text) ?? [];
  if (subjectId === undefined || data === undefined || data.length < SHORTEST) return undefined;
  return { subjectId, data, path };
}

function bound(subjectId: string, aad: string): string {
  return `enc:v1:${subjectId}:${aad}`;
}
