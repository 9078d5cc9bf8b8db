// Three levels of keys: the master key wraps tenant keys, a tenant key wraps its subjects' data keys. Wrapped form:
// wk1:<id of the wrapping key>:<base64url>; associated data binds tenant and subject, so a wrapped key can't be moved.
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { openBytes, sealBytes } from './aes-gcm.ts';
import { CryptoError } from './crypto-error.ts';

const WRAPPED = /^wk1:([0-9a-f]{8}):([A-Za-z0-9_-]+)$/;

/** 32 random bytes. */
export function newKey(): Buffer {
  return randomBytes(32);
}

/** A short public name of a key (8 hex digits): tells which key is missing without telling anything of the key. */
export function keyId(key: Uint8Array): string {
  return createHmac('sha256', key).update('key id').digest('hex').slice(0, 8);
}

/** Wraps a tenant's key with the master key. */
export function wrapTenantKey(masterKey: Uint8Array, tenantId: string, tenantKey: Uint8Array): string {
  return wrap(masterKey, tenantKey, ['tenant key', tenantId]);
}

/** Throws CryptoError `wrong_key` when another master key wrapped it. */
export function unwrapTenantKey(masterKey: Uint8Array, tenantId: string, wrapped: string): Buffer {
  return unwrap(masterKey, wrapped, ['tenant key', tenantId], 'MASTER_KEY');
}

/** Wraps a subject's data key with its tenant's key. */
export function wrapDataKey(tenantKey: Uint8Array, tenantId: string, subjectId: string, dataKey: Uint8Array): string {
  return wrap(tenantKey, dataKey, ['data key', tenantId, subjectId]);
}

/** Throws CryptoError `wrong_key` when another tenant key wrapped it, `not_authentic` when it was moved or changed. */
export function unwrapDataKey(tenantKey: Uint8Array, tenantId: string, subjectId: string, wrapped: string): Buffer {
  return unwrap(tenantKey, wrapped, ['data key', tenantId, subjectId], "The tenant's key");
}

/**
 * A keyed fingerprint of a value for equality search (base64url, 43 characters). Differs by tenant and by field.
 * Normalise first: what is to be found as equal must be equal.
 */
export function blindIndex(tenantKey: Uint8Array, field: string, normalisedValue: string): string {
  const key = derive(tenantKey, `blind index ${field}`);
  return createHmac('sha256', key).update(normalisedValue, 'utf8').digest('base64url');
}

function wrap(wrappingKey: Uint8Array, key: Uint8Array, place: string[]): string {
  const bytes = sealBytes(derive(wrappingKey, 'wrap'), key, JSON.stringify(place));
  return `wk1:${keyId(wrappingKey)}:${bytes.toString('base64url')}`;
}

function unwrap(wrappingKey: Uint8Array, wrapped: string, place: string[], keyName: string): Buffer {
  const [, wrappedBy, data] = WRAPPED.exec(wrapped) ?? [];
  if (wrappedBy === undefined || data === undefined) {
    throw new CryptoError('malformed', 'Not a wrapped key (wk1:<key id>:<data>).');
  }
  const given = keyId(wrappingKey);
  if (wrappedBy !== given) {
    throw new CryptoError(
      'wrong_key',
      `${keyName} has the id ${given}, but the stored key was wrapped by ${wrappedBy}: set the one that was in use.`,
    );
  }
  return openBytes(derive(wrappingKey, 'wrap'), Buffer.from(data, 'base64url'), JSON.stringify(place));
}

/** Derived keys live as long as the key object they come from: deriving costs more than using. */
const derived = new WeakMap<Uint8Array, Map<string, Buffer>>();

/** One key per purpose: the key itself is never used for two things. */
function derive(key: Uint8Array, purpose: string): Buffer {
  if (key.length !== 32) throw new CryptoError('bad_key', `A key must be 32 bytes, this one has ${key.length}.`);
  const known = derived.get(key) ?? new Map<string, Buffer>();
  derived.set(key, known);
  let result = known.get(purpose);
  if (result === undefined) {
    result = Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
    known.set(purpose, result);
  }
  return result;
}
