// The SQL behind the key cache: tenant keys and subject keys as rows. Runs inside the caller's transaction, as its tenant.
import type { SubjectKeyStore } from '../platform/crypto/subject-key-store.ts';
import type { Tx } from './transaction.ts';

type KeyRow = { subjectId: string; wrapped: string | null };

export const subjectKeyStore: SubjectKeyStore<Tx> = {
  async loadTenantKey(tx, tenantId) {
    const { rows } = await tx.query<{ wrapped: string }>(
      'select wrapped_key as wrapped from tenant_keys where tenant_id = $1',
      [tenantId],
    );
    return rows[0]?.wrapped;
  },
  async insertTenantKey(tx, tenantId, wrapped) {
    const { rowCount } = await tx.query(
      'insert into tenant_keys (tenant_id, wrapped_key) values ($1, $2) on conflict do nothing',
      [tenantId, wrapped],
    );
    return rowCount === 1;
  },
  async loadSubjectKeys(tx, tenantId, subjectIds) {
    const { rows } = await tx.query<KeyRow>(
      'select subject_id as "subjectId", wrapped_key as wrapped from subject_keys where tenant_id = $1 and subject_id = any($2::uuid[])',
      [tenantId, subjectIds],
    );
    return rows;
  },
  async insertSubjectKeys(tx, tenantId, keys) {
    const { rows } = await tx.query<KeyRow>(
      `with made as (
         insert into subject_keys (tenant_id, subject_id, wrapped_key)
         select $1, subject_id, wrapped_key from unnest($2::uuid[], $3::text[]) as given (subject_id, wrapped_key)
         on conflict do nothing returning subject_id, wrapped_key)
       select subject_id as "subjectId", wrapped_key as wrapped from made
       union all
       select subject_id, wrapped_key from subject_keys where tenant_id = $1 and subject_id = any($2::uuid[])`,
      [tenantId, keys.map(({ subjectId }) => subjectId), keys.map(({ wrapped }) => wrapped)],
    );
    return rows;
  },
  async destroySubjectKeys(tx, tenantId, subjectIds) {
    await tx.query(
      `insert into subject_keys (tenant_id, subject_id) select $1, subject_id from unnest($2::uuid[]) as given (subject_id) order by 2
       on conflict (tenant_id, subject_id) do update set wrapped_key = null`,
      [tenantId, subjectIds],
    );
  },
};
