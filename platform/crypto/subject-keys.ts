// The data keys of a tenant's subjects: loaded or created inside the caller's transaction, kept unwrapped in a bounded cache.
// A key created in a transaction reaches the cache only by `committed(tx)`: after a rollback nobody seals with a key that isn't stored.
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { CryptoError } from './crypto-error.ts';
import { blindIndex, newKey, unwrapDataKey, unwrapTenantKey, wrapDataKey, wrapTenantKey } from './key-ring.ts';
import type { SubjectKeyRow, SubjectKeyStore } from './subject-key-store.ts';

/** The keys of one tenant as seen by one transaction. */
export type TenantKeys = {
  readonly tenantKey: Buffer;
  /** The subject's key. Creating throws CryptoError `subject_erased` if it was destroyed; else undefined says: none, or destroyed. */
  dataKey(subjectId: string, options: { create: true }): Promise<Buffer>;
  dataKey(subjectId: string, options?: { create: boolean }): Promise<Buffer | undefined>;
  /** The keys of several subjects in at most one query; those without a key are absent, unless `create`. */
  dataKeys(subjectIds: readonly string[], options?: { create: boolean }): Promise<ReadonlyMap<string, Buffer>>;
  /** Fingerprint for equality search; see key-ring.ts. */
  blindIndex(field: string, normalisedValue: string): string;
};

/** Keys of all tenants. `Tx` must be the same object throughout one transaction. */
export type SubjectKeys<Tx extends object> = {
  /** Creates the tenant's key if it has none. No query when the cache is warm. */
  forTenant(tx: Tx, tenantId: string): Promise<TenantKeys>;
  /** The tenant's key, if it is in the cache. */
  warmTenantKey(tenantId: string): Buffer | undefined;
  /** Call it after COMMIT: what `tx` created may be cached now. Forgetting to call costs a query, never correctness. */
  committed(tx: Tx): void;
  /** Destroys subjects' keys: nothing sealed for them can be opened once `tx` has committed. Call `forget` then. */
  destroy(tx: Tx, tenantId: string, subjectIds: readonly string[]): Promise<void>;
  /** Call it after the commit that destroyed a subject's key. Other processes follow within `cacheTtlMs`. */
  forget(tenantId: string, subjectId: string): void;
};

/** What createSubjectKeys needs. `max` bounds the cached keys, `cacheTtlMs` how long a destroyed key may still be used. */
export type SubjectKeysOptions<Tx> = {
  masterKey: Uint8Array;
  store: SubjectKeyStore<Tx>;
  cacheTtlMs: number;
  max: number;
  clock: Clock;
};

type Scope = {
  tenantId: string;
  tenantKey: Buffer;
  tenantKeyIsNew: boolean;
  created: Map<string, Buffer>;
  /** Wrapped keys this transaction tried to store: a row that equals one of them is not committed yet. */
  attempted: Set<string>;
  epoch: number;
};

/** Makes the process's access to subject keys. */
export function createSubjectKeys<Tx extends object>(options: SubjectKeysOptions<Tx>): SubjectKeys<Tx> {
  const { masterKey, store } = options;
  const limits = {
    max: options.max,
    ttl: options.cacheTtlMs,
    ttlResolution: 0,
    perf: { now: () => options.clock.now().getTime() },
  };
  const tenantKeys = new LRUCache<string, Buffer>(limits);
  // null: destroyed, which is final.
  const subjectKeys = new LRUCache<string, { key: Buffer | null }>(limits);
  const scopes = new WeakMap<Tx, Map<string, Promise<Scope>>>();
  const opened = new WeakMap<Tx, Scope[]>();
  // Raised by forget(): what was read before must not enter the cache after.
  let epoch = 0;

  async function openScope(tx: Tx, tenantId: string): Promise<Scope> {
    const scope = { tenantId, created: new Map(), attempted: new Set<string>(), epoch };
    const cached = tenantKeys.get(tenantId);
    if (cached !== undefined) return { ...scope, tenantKey: cached, tenantKeyIsNew: false };
    let wrapped = await store.loadTenantKey(tx, tenantId);
    if (wrapped === undefined) {
      const tenantKey = newKey();
      if (await store.insertTenantKey(tx, tenantId, wrapTenantKey(masterKey, tenantId, tenantKey))) {
        return { ...scope, tenantKey, tenantKeyIsNew: true };
      }
      wrapped = await store.loadTenantKey(tx, tenantId);
      if (wrapped === undefined) throw new Error('The key store neither stored nor returned the key of a tenant.');
    }
    const tenantKey = unwrapTenantKey(masterKey, tenantId, wrapped);
    tenantKeys.set(tenantId, tenantKey);
    return { ...scope, tenantKey, tenantKeyIsNew: false };
  }

  function scopeOf(tx: Tx, tenantId: string): Promise<Scope> {
    const ofTx = scopes.get(tx) ?? new Map<string, Promise<Scope>>();
    scopes.set(tx, ofTx);
    const known = ofTx.get(tenantId);
    if (known !== undefined) return known;
    const opening = openScope(tx, tenantId).then((scope) => {
      opened.set(tx, [...(opened.get(tx) ?? []), scope]);
      return scope;
    });
    ofTx.set(tenantId, opening);
    return opening;
  }

  /** Stores new keys for those that have none; asks again for rows that another transaction stored meanwhile. */
  async function insertMissing(tx: Tx, scope: Scope, subjectIds: string[]): Promise<readonly SubjectKeyRow[]> {
    // Sorted, so that two transactions with the same subjects wait for each other instead of deadlocking.
    const keys = subjectIds.toSorted().map((subjectId) => {
      const wrapped = wrapDataKey(scope.tenantKey, scope.tenantId, subjectId, newKey());
      scope.attempted.add(wrapped);
      return { subjectId, wrapped };
    });
    const rows = await store.insertSubjectKeys(tx, scope.tenantId, keys);
    const seen = new Set(rows.map((row) => row.subjectId));
    const unseen = subjectIds.filter((id) => !seen.has(id));
    return unseen.length === 0 ? rows : [...rows, ...(await store.loadSubjectKeys(tx, scope.tenantId, unseen))];
  }

  async function fetchKeys(tx: Tx, scope: Scope, subjectIds: string[], create: boolean, found: Map<string, Buffer>) {
    const before = epoch;
    const rows = create
      ? await insertMissing(tx, scope, subjectIds)
      : await store.loadSubjectKeys(tx, scope.tenantId, subjectIds);
    for (const { subjectId, wrapped } of rows) {
      const key = wrapped === null ? null : unwrapDataKey(scope.tenantKey, scope.tenantId, subjectId, wrapped);
      if (key !== null) found.set(subjectId, key);
      if (key !== null && wrapped !== null && scope.attempted.has(wrapped)) scope.created.set(subjectId, key);
      else if (before === epoch) subjectKeys.set(cacheKey(scope.tenantId, subjectId), { key });
    }
  }

  async function dataKeys(tx: Tx, scope: Scope, subjectIds: readonly string[], create: boolean) {
    const found = new Map<string, Buffer>();
    const unknown: string[] = [];
    for (const subjectId of new Set(subjectIds)) {
      const known = scope.created.get(subjectId) ?? subjectKeys.get(cacheKey(scope.tenantId, subjectId))?.key;
      if (known === undefined) unknown.push(subjectId);
      else if (known !== null) found.set(subjectId, known);
    }
    if (unknown.length > 0) await fetchKeys(tx, scope, unknown, create, found);
    const absent = subjectIds.find((id) => !found.has(id));
    if (create && absent !== undefined) {
      throw new CryptoError(
        'subject_erased',
        `The data of ${absent} was erased: nothing can be sealed for it any more.`,
      );
    }
    return found;
  }

  return {
    async forTenant(tx, tenantId) {
      const scope = await scopeOf(tx, tenantId);
      const dataKey = async (subjectId: string, { create } = { create: false }) =>
        (await dataKeys(tx, scope, [subjectId], create)).get(subjectId);
      return {
        tenantKey: scope.tenantKey,
        dataKey: dataKey as TenantKeys['dataKey'],
        dataKeys: (subjectIds, { create } = { create: false }) => dataKeys(tx, scope, subjectIds, create),
        blindIndex: (field, value) => blindIndex(scope.tenantKey, field, value),
      };
    },
    warmTenantKey: (tenantId) => tenantKeys.get(tenantId),
    committed(tx) {
      for (const scope of opened.get(tx) ?? []) {
        if (scope.tenantKeyIsNew) tenantKeys.set(scope.tenantId, scope.tenantKey);
        if (scope.epoch !== epoch) continue;
        for (const [subjectId, key] of scope.created) subjectKeys.set(cacheKey(scope.tenantId, subjectId), { key });
      }
      opened.delete(tx);
      scopes.delete(tx);
    },
    destroy: (tx, tenantId, subjectIds) => store.destroySubjectKeys(tx, tenantId, subjectIds),
    forget(tenantId, subjectId) {
      epoch += 1;
      subjectKeys.delete(cacheKey(tenantId, subjectId));
    },
  };
}

const cacheKey = (tenantId: string, subjectId: string) => JSON.stringify([tenantId, subjectId]);
