// Sealing inside a transaction: one tenant's keys, data keys made when first needed. The only way how personal data gets in and out of rows.
import { newKey, unwrapDataKey, wrapDataKey } from '../platform/crypto/key-ring.ts';
import { ERASED, openValue, sealValue, subjectOf } from '../platform/crypto/sealed.ts';
import type { TenantKeys as Keys, SubjectKeys } from '../platform/crypto/subject-keys.ts';
import type { Tx } from './transaction.ts';

/** One tenant's keys inside one transaction; keep none of it past the transaction. */
export type TenantKeys = {
  readonly tenantId: string;
  /** Seals any JSON value for a subject, making its key if it has none; for an erased one so that nobody can ever open it. `place` is the associated data. */
  readonly seal: (subjectId: string, place: string, value: unknown) => Promise<string>;
  /** Opens a sealed text; a destroyed key gives the typed value `{ erased: true }`. Throws CryptoError when the text was changed or moved. */
  readonly open: (sealed: string, place: string) => Promise<unknown>;
  /** Loads the keys of many subjects with one query, so that opening asks for nothing more. */
  readonly preload: (subjectIds: readonly string[]) => Promise<void>;
  /** Destroys subjects' keys: from the commit on nothing of theirs can be opened here, in other processes a moment later. Seal for them before. */
  readonly destroy: (subjectIds: readonly string[]) => Promise<void>;
  /** Fingerprint of a normalised value for equality search. */
  readonly blindIndex: (field: string, normalisedValue: string) => Promise<string>;
  /** Seals what belongs to no subject (webhook secrets, kept answers) by the tenant's own key. */
  readonly sealForTenant: (place: string, value: unknown) => Promise<string>;
  readonly openForTenant: (sealed: string, place: string) => Promise<unknown>;
  /** Seals one stored thing by a key of its own, wrapped by the tenant's; without the wrapped form it is unreadable. */
  readonly sealOnce: (id: string, place: string, value: unknown) => Promise<SealedOnce>;
  readonly openOnce: (id: string, wrappedKey: string | null, sealed: string, place: string) => Promise<unknown>;
};

/** One stored thing sealed by a key of its own, and that key wrapped by the tenant's. */
export type SealedOnce = { readonly sealed: string; readonly wrappedKey: string };

/** Gives the keys of the transaction's tenant. Throws when the transaction has no tenant. */
export type KeysOf = {
  (tx: Tx): TenantKeys;
  /** Like TenantKeys.sealOnce, outside of a transaction; undefined when the tenant's key would have to be asked for. */
  readonly sealOnceIfWarm: (tenantId: string, id: string, place: string, value: unknown) => SealedOnce | undefined;
};

/** Binds the process's key cache to transactions. */
export function createKeysOf(subjectKeys: SubjectKeys<Tx>): KeysOf {
  const ofTx = new WeakMap<Tx, TenantKeys>();
  const keysOf = (tx: Tx): TenantKeys => {
    const known = ofTx.get(tx);
    if (known) return known;
    if (tx.tenantId === null) throw new Error('Sealing needs a transaction inside a tenant.');
    const keys = tenantKeys(tx, tx.tenantId, subjectKeys);
    ofTx.set(tx, keys);
    tx.onCommit(() => subjectKeys.committed(tx));
    return keys;
  };
  const sealOnceIfWarm: KeysOf['sealOnceIfWarm'] = (tenantId, id, place, value) => {
    const tenantKey = subjectKeys.warmTenantKey(tenantId);
    return tenantKey && sealOnce(tenantKey, { tenantId, id, place }, value);
  };
  return Object.assign(keysOf, { sealOnceIfWarm });
}

/** What still happens to an erased subject (a message's late acknowledgement) must go on, and stay unreadable: by a key that nobody keeps. */
async function keyToSeal(keys: Keys, subjectId: string): Promise<Buffer> {
  try {
    return await keys.dataKey(subjectId, { create: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'subject_erased') return newKey();
    throw error;
  }
}

type OncePlace = { readonly tenantId: string; readonly id: string; readonly place: string };

function sealOnce(tenantKey: Buffer, { tenantId, id, place }: OncePlace, value: unknown): SealedOnce {
  const key = newKey();
  return { sealed: sealValue(key, id, place, value), wrappedKey: wrapDataKey(tenantKey, tenantId, id, key) };
}

function tenantKeys(tx: Tx, tenantId: string, subjectKeys: SubjectKeys<Tx>): TenantKeys {
  const keys = () => subjectKeys.forTenant(tx, tenantId);
  const loaded = new Map<string, Buffer>();
  return {
    tenantId,
    seal: async (subjectId, place, value) =>
      sealValue(await keyToSeal(await keys(), subjectId), subjectId, place, value),
    open: async (sealed, place) => {
      const subjectId = subjectOf(sealed);
      const key = loaded.get(subjectId) ?? (await (await keys()).dataKey(subjectId));
      return openValue(key, sealed, place);
    },
    preload: async (subjectIds) => {
      for (const [id, key] of await (await keys()).dataKeys(subjectIds)) loaded.set(id, key);
    },
    destroy: async (subjectIds) => {
      await subjectKeys.destroy(tx, tenantId, subjectIds);
      tx.onCommit(() => {
        for (const id of subjectIds) subjectKeys.forget(tenantId, id);
      });
    },
    blindIndex: async (field, value) => (await keys()).blindIndex(field, value),
    sealForTenant: async (place, value) => sealValue((await keys()).tenantKey, 'tenant', place, value),
    openForTenant: async (sealed, place) => openValue((await keys()).tenantKey, sealed, place),
    sealOnce: async (id, place, value) => sealOnce((await keys()).tenantKey, { tenantId, id, place }, value),
    openOnce: async (id, wrappedKey, sealed, place) => {
      if (wrappedKey === null) return ERASED;
      return openValue(unwrapDataKey((await keys()).tenantKey, tenantId, id, wrappedKey), sealed, place);
    },
  };
}
