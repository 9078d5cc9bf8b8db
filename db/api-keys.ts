// API keys: only their SHA-256 is stored. Looking one up is the only thing a request does before it has a tenant, so it runs as app_system.
import { hashToken, newToken } from './hash-token.ts';
import type { Pool } from './pool.ts';
import { inSystem, type Tx } from './transaction.ts';

/** What a key may do. `codec` opens workflow payloads of every tenant, `installation` steers what all tenants share: for operators only. */
export const scopes = ['read', 'write', 'send', 'operate', 'raw', 'admin', 'codec', 'installation'] as const;
/** One of the scopes. */
export type Scope = (typeof scopes)[number];

/** A key without its secret. Times are ISO 8601. */
export type ApiKey = {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
};

const columns = `id, tenant_id as "tenantId", name, key_prefix as prefix, scopes, created_at as "createdAt", last_used_at as "lastUsedAt",
  revoked_at as "revokedAt"`;

type KeyRow = Omit<ApiKey, 'createdAt' | 'lastUsedAt' | 'revokedAt'> & {
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
};

const fromRow = (row: KeyRow): ApiKey => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});

/** Draws a key: 256 random bits. It is shown once and never stored. */
export function newApiKey(): string {
  return newToken('msk');
}

/** What is stored of a key. */
export function hashApiKey(key: string): Buffer {
  return hashToken(key);
}

/** Finds an unrevoked key by its hash, over all tenants. */
export async function findApiKey(systemPool: Pool, hash: Buffer): Promise<ApiKey | undefined> {
  return inSystem(systemPool, async (tx) => {
    const { rows } = await tx.query<KeyRow>(
      `select ${columns} from api_keys where key_hash = $1 and revoked_at is null`,
      [hash],
    );
    return rows[0] && fromRow(rows[0]);
  });
}

/** Finds an unrevoked key by its id, over all tenants: for sessions that were signed in with it. */
export async function findApiKeyById(systemPool: Pool, id: string): Promise<ApiKey | undefined> {
  return inSystem(systemPool, async (tx) => {
    const { rows } = await tx.query<KeyRow>(`select ${columns} from api_keys where id = $1 and revoked_at is null`, [
      id,
    ]);
    return rows[0] && fromRow(rows[0]);
  });
}

/** Notes that keys were used; the caller throttles. */
export async function touchApiKey(systemPool: Pool, id: string): Promise<void> {
  await inSystem(systemPool, (tx) => tx.query('update api_keys set last_used_at = now() where id = $1', [id]));
}

/** A key to be stored: its secret is given so that its hash can be. */
export type NewApiKey = {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
};

/** Stores a key of the transaction's tenant. */
export async function insertApiKey(tx: Tx, { id, key, name, scopes: granted }: NewApiKey): Promise<ApiKey> {
  const { rows } = await tx.query<KeyRow>(
    `insert into api_keys (id, tenant_id, name, key_prefix, key_hash, scopes) values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
    [id, tx.tenantId, name, key.slice(0, 8), hashApiKey(key), granted],
  );
  const row = rows[0];
  if (!row) throw new Error('An API key was not stored.');
  return fromRow(row);
}

/** The tenant's keys, newest first, after the id `before`. */
export async function listApiKeys(tx: Tx, limit: number, before: string | undefined): Promise<ApiKey[]> {
  const { rows } = await tx.query<KeyRow>(
    `select ${columns} from api_keys where tenant_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [tx.tenantId, before ?? null, limit],
  );
  return rows.map(fromRow);
}

/** Revokes a key of the tenant; undefined when it has none of this id. A revoked one stays as it is. */
export async function revokeApiKey(tx: Tx, id: string): Promise<ApiKey | undefined> {
  const { rows } = await tx.query<KeyRow>(
    `update api_keys set revoked_at = coalesce(revoked_at, now()) where tenant_id = $1 and id = $2 returning ${columns}`,
    [tx.tenantId, id],
  );
  return rows[0] && fromRow(rows[0]);
}
