// Tokens that are shown once and work once: to set a password, to accept an invitation. A new one takes the place of the one before.
import { hashToken, newToken } from './hash-token.ts';
import type { Pool } from './pool.ts';
import { inSystem, type Tx } from './transaction.ts';

/** What a token is for; `subjectId` is the agent, or the project's member. */
export type TokenPurpose = 'set_password' | 'accept_invitation';

/** A token, shown this once. */
export type IssuedToken = { readonly token: string; readonly expiresAt: string };

const validDays = 3;

/** Draws a token for a thing of the transaction's tenant. */
export async function issueToken(tx: Tx, purpose: TokenPurpose, subjectId: string): Promise<IssuedToken> {
  const token = newToken('mot');
  const { rows } = await tx.query<{ expiresAt: Date }>(
    `insert into one_time_tokens (token_hash, tenant_id, purpose, subject_id, expires_at) values ($1, $2, $3, $4, now() + make_interval(days => $5))
     on conflict (tenant_id, purpose, subject_id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at, created_at = now()
     returning expires_at as "expiresAt"`,
    [hashToken(token), tx.tenantId, purpose, subjectId, validDays],
  );
  const row = rows[0];
  if (!row) throw new Error('A one-time token was not stored.');
  return { token, expiresAt: row.expiresAt.toISOString() };
}

/** The tenant of a token that can be used; undefined when there is none. */
export async function findTenantOfToken(
  systemPool: Pool,
  purpose: TokenPurpose,
  token: string,
): Promise<string | undefined> {
  return inSystem(systemPool, async (tx) => {
    const { rows } = await tx.query<{ tenantId: string }>(
      `select tenant_id as "tenantId" from one_time_tokens where token_hash = $1 and purpose = $2 and expires_at > now()`,
      [hashToken(token), purpose],
    );
    return rows[0]?.tenantId;
  });
}

/** Uses a token up; gives what it is for, or undefined when somebody was faster or it is over. */
export async function takeToken(tx: Tx, purpose: TokenPurpose, token: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ subjectId: string }>(
    `delete from one_time_tokens where tenant_id = $1 and token_hash = $2 and purpose = $3 and expires_at > now() returning subject_id as "subjectId"`,
    [tx.tenantId, hashToken(token), purpose],
  );
  return rows[0]?.subjectId;
}

/** Withdraws what was not used yet. */
export async function withdrawToken(tx: Tx, purpose: TokenPurpose, subjectId: string): Promise<void> {
  await tx.query('delete from one_time_tokens where tenant_id = $1 and purpose = $2 and subject_id = $3', [
    tx.tenantId,
    purpose,
    subjectId,
  ]);
}

/** Deletes what is over, over all tenants (app_system). */
export async function forgetOldTokens(tx: Tx): Promise<void> {
  await tx.query('delete from one_time_tokens where expires_at <= now()');
}
