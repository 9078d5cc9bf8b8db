// The key cache: rollbacks, races, erasure and expiry never lead to sealing with a key that is not stored.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fixedClock } from '../clock.ts';
import { newKey } from './key-ring.ts';
import type { SubjectKeyRow, SubjectKeyStore } from './subject-key-store.ts';
import { createSubjectKeys } from './subject-keys.ts';

type Tx = { tenants: Map<string, string>; subjects: Map<string, string | null> };

/** A store with transactions: what a Tx wrote is visible to itself at once, to others after commit. */
function createMemoryStore() {
  const tenants = new Map<string, string>();
  const subjects = new Map<string, string | null>();
  const calls: string[] = [];
  // Rows of others that the next insert waits for and does not see, as under READ COMMITTED.
  let hidden: [string, string | null][] = [];
  const at = (tenantId: string, id: string) => `${tenantId}/${id}`;
  const read = (tx: Tx, tenantId: string, ids: readonly string[]): SubjectKeyRow[] =>
    ids.flatMap((subjectId) => {
      const key = at(tenantId, subjectId);
      const wrapped = tx.subjects.has(key) ? tx.subjects.get(key) : subjects.get(key);
      return wrapped === undefined ? [] : [{ subjectId, wrapped }];
    });
  const store: SubjectKeyStore<Tx> = {
    async loadTenantKey(tx, tenantId) {
      calls.push('loadTenantKey');
      return tx.tenants.get(tenantId) ?? tenants.get(tenantId);
    },
    async insertTenantKey(tx, tenantId, wrapped) {
      calls.push('insertTenantKey');
      if (tx.tenants.has(tenantId) || tenants.has(tenantId)) return false;
      tx.tenants.set(tenantId, wrapped);
      return true;
    },
    async loadSubjectKeys(tx, tenantId, ids) {
      calls.push('loadSubjectKeys');
      return read(tx, tenantId, ids);
    },
    async insertSubjectKeys(tx, tenantId, keys) {
      calls.push('insertSubjectKeys');
      const unseen = new Set(hidden.map(([key]) => key));
      for (const [key, wrapped] of hidden) subjects.set(key, wrapped);
      hidden = [];
      for (const { subjectId, wrapped } of keys) {
        const key = at(tenantId, subjectId);
        if (!tx.subjects.has(key) && !subjects.has(key)) tx.subjects.set(key, wrapped);
      }
      return read(
        tx,
        tenantId,
        keys.map((key) => key.subjectId),
      ).filter((row) => !unseen.has(at(tenantId, row.subjectId)));
    },
    async destroySubjectKeys(tx, tenantId, ids) {
      calls.push('destroySubjectKeys');
      for (const id of ids) tx.subjects.set(at(tenantId, id), null);
    },
  };
  return {
    store,
    calls,
    begin: (): Tx => ({ tenants: new Map(), subjects: new Map() }),
    commit(tx: Tx) {
      for (const [key, value] of tx.tenants) tenants.set(key, value);
      for (const [key, value] of tx.subjects) subjects.set(key, value);
    },
    destroy: (tenantId: string, id: string) => subjects.set(at(tenantId, id), null),
    commitDuringNextInsert: (rows: [string, string | null][]) => {
      hidden = rows;
    },
    stored: (tenantId: string, id: string) => subjects.get(at(tenantId, id)),
  };
}

function setUp() {
  const memory = createMemoryStore();
  const masterKey = newKey();
  const clock = fixedClock('2026-01-01T00:00:00Z');
  const make = (max = 100) => createSubjectKeys<Tx>({ masterKey, store: memory.store, cacheTtlMs: 60_000, max, clock });
  return { ...memory, clock, make, keys: make() };
}

test('a key is made once, found by every process, and costs no query when cached', async () => {
  const { keys, make, begin, commit, calls } = setUp();
  const tx = begin();
  const made = await (await keys.forTenant(tx, 't1')).dataKey('ana', { create: true });
  commit(tx);
  keys.committed(tx);
  calls.length = 0;

  const again = await keys.forTenant(begin(), 't1');
  assert.deepEqual(await again.dataKey('ana'), made);
  assert.deepEqual(await again.dataKey('ana', { create: true }), made);
  assert.deepEqual(calls, []);

  const elsewhere = await make().forTenant(begin(), 't1');
  assert.deepEqual(await elsewhere.dataKey('ana'), made);
  assert.deepEqual(elsewhere.tenantKey, again.tenantKey);
  assert.equal(elsewhere.blindIndex('phone', '55'), again.blindIndex('phone', '55'));
});

test('several subjects cost one query, with and without creating', async () => {
  const { keys, begin, calls } = setUp();
  const tenant = await keys.forTenant(begin(), 't1');
  calls.length = 0;
  assert.equal((await tenant.dataKeys(['a', 'b', 'a', 'c'], { create: true })).size, 3);
  assert.deepEqual(calls, ['insertSubjectKeys']);
  calls.length = 0;
  assert.deepEqual([...(await tenant.dataKeys(['c', 'x', 'y'])).keys()], ['c']);
  assert.deepEqual(calls, ['loadSubjectKeys']);
});

test('a key made in a transaction that rolled back is forgotten with it', async () => {
  const { keys, begin, commit } = setUp();
  const rolledBack = begin();
  const lost = await keys.forTenant(rolledBack, 't1');
  const lostKey = await lost.dataKey('ana', { create: true });
  // Also seen through a second scope of the same transaction.
  assert.deepEqual(await (await keys.forTenant(rolledBack, 't1')).dataKey('ana', { create: true }), lostKey);

  const next = begin();
  const tenant = await keys.forTenant(next, 't1');
  assert.notDeepEqual(tenant.tenantKey, lost.tenantKey);
  assert.equal(await tenant.dataKey('ana'), undefined);
  const kept = await tenant.dataKey('ana', { create: true });
  assert.notDeepEqual(kept, lostKey);
  commit(next);
  keys.committed(next);
  assert.deepEqual(await (await keys.forTenant(begin(), 't1')).dataKey('ana'), kept);
});

test('when another transaction was quicker, its key is used', async () => {
  const { keys, make, begin, commit, commitDuringNextInsert } = setUp();
  const first = begin();
  await keys.forTenant(first, 't1');
  commit(first);
  const other = begin();
  const theirs = await (await make().forTenant(other, 't1')).dataKey('ana', { create: true });
  commitDuringNextInsert([...other.subjects]);
  const ours = await (await keys.forTenant(begin(), 't1')).dataKey('ana', { create: true });
  assert.deepEqual(ours, theirs);
});

test('a destroyed key is gone here at once and elsewhere when its time in the cache is up; no new one is made', async () => {
  const { keys, make, begin, commit, destroy, clock } = setUp();
  const elsewhere = make();
  const tx = begin();
  await (await keys.forTenant(tx, 't1')).dataKeys(['ana', 'bob'], { create: true });
  commit(tx);
  keys.committed(tx);
  await (await elsewhere.forTenant(begin(), 't1')).dataKey('ana');

  destroy('t1', 'ana');
  keys.forget('t1', 'ana');
  const here = await keys.forTenant(begin(), 't1');
  assert.equal(await here.dataKey('ana'), undefined);
  await assert.rejects(here.dataKeys(['ana', 'bob'], { create: true }), { code: 'subject_erased' });
  assert.ok(await here.dataKey('bob'));

  assert.ok(await (await elsewhere.forTenant(begin(), 't1')).dataKey('ana'), 'still cached elsewhere');
  clock.advance(60_001);
  assert.equal(await (await elsewhere.forTenant(begin(), 't1')).dataKey('ana'), undefined);
});

test('a key read before forget() does not enter the cache after it', async () => {
  const { keys, make, begin, commit, destroy, store } = setUp();
  const tx = begin();
  await (await keys.forTenant(tx, 't1')).dataKey('ana', { create: true });
  commit(tx);
  const reader = make();
  const slow = await reader.forTenant(begin(), 't1');
  const load = store.loadSubjectKeys;
  store.loadSubjectKeys = async (...args) => {
    const rows = await load(...args);
    destroy('t1', 'ana');
    reader.forget('t1', 'ana');
    return rows;
  };
  assert.ok(await slow.dataKey('ana'));
  store.loadSubjectKeys = load;
  assert.equal(await (await reader.forTenant(begin(), 't1')).dataKey('ana'), undefined);
});

test('the cache is bounded', async () => {
  const { make, begin, commit, calls } = setUp();
  const keys = make(10);
  const tx = begin();
  const ids = Array.from({ length: 50 }, (_, index) => `s${index + 10}`);
  await (await keys.forTenant(tx, 't1')).dataKeys(ids, { create: true });
  commit(tx);
  keys.committed(tx);
  const tenant = await keys.forTenant(begin(), 't1');
  calls.length = 0;
  assert.equal((await tenant.dataKeys(ids.slice(-10))).size, 10);
  assert.deepEqual(calls, []);
  assert.equal((await tenant.dataKeys(ids.slice(0, 10))).size, 10);
  assert.deepEqual(calls, ['loadSubjectKeys']);
});

test('whatever commits and rolls back, a key handed out in a committed transaction opens for every process after it', async () => {
  const step = fc.record({
    process: fc.nat(1),
    ids: fc.array(fc.constantFrom<string>('a', 'b', 'c'), { minLength: 1, maxLength: 3 }),
    create: fc.boolean(),
    end: fc.constantFrom('commit', 'commit unannounced', 'rollback'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { make, begin, commit, stored } = setUp();
      const processes = [make(), make(2)];
      const known = new Map<string, Buffer>();
      for (const { process, ids, create, end } of steps) {
        const keys = processes[process] ?? make();
        const tx = begin();
        const found = await (await keys.forTenant(tx, 't1')).dataKeys(ids, { create });
        for (const [id, key] of known) if (ids.includes(id)) assert.deepEqual(found.get(id), key);
        if (end === 'rollback') continue;
        commit(tx);
        if (end === 'commit') keys.committed(tx);
        for (const [id, key] of found) {
          assert.ok(stored('t1', id), 'a key handed out in a committed transaction is stored');
          known.set(id, key);
        }
      }
    }),
  );
});
