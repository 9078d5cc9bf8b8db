// Where agents are signed in. A token is looked up with its agent at every request, so that whatever changes takes effect at once.
import type { Permission } from '../domain/agent/permissions.ts';
import { hashToken, newToken } from './hash-token.ts';
import type { Pool } from './pool.ts';
import { inSystem, type Tx } from './transaction.ts';

/** An agent that is signed in, and what it may do right now. */
export type SignedInAgent = {
  readonly id: string;
  readonly tenantId: string;
  readonly signInId: string;
  readonly scopes: readonly Permission[];
};

/** What a sign-in gives, shown once. Times are ISO 8601. */
export type SignInTokens = {
  readonly token: string;
  readonly tokenExpiresAt: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
};

const tokenPrefix = 'mat';
const tokenLife = "interval '15 minutes'";
/** A sign-in ends after this, however often it is refreshed. */
const signInLife = "interval '12 hours'";

/** Tells an agent's token from an API key. */
export const isAgentToken = (secret: string): boolean => secret.startsWith(`${tokenPrefix}_`);

const drawn = () => ({ token: newToken(tokenPrefix), refreshToken: newToken('mrt') });
const times = `token_expires_at as "tokenExpiresAt", expires_at as "expiresAt"`;
type Times = { readonly tokenExpiresAt: Date; readonly expiresAt: Date };
const toTokens = (tokens: ReturnType<typeof drawn>, { tokenExpiresAt, expiresAt }: Times): SignInTokens => ({
  ...tokens,
  tokenExpiresAt: tokenExpiresAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});

/** Notes a sign-in of the transaction's tenant and draws its tokens. */
export async function insertSignIn(tx: Tx, id: string, agentId: string): Promise<SignInTokens> {
  const tokens = drawn();
  const { rows } = await tx.query<Times>(
    `insert into agent_sign_ins (id, tenant_id, agent_id, token_hash, token_expires_at, refresh_hash, expires_at)
     values ($1, $2, $3, $4, now() + ${tokenLife}, $5, now() + ${signInLife}) returning ${times}`,
    [id, tx.tenantId, agentId, hashToken(tokens.token), hashToken(tokens.refreshToken)],
  );
  const row = rows[0];
  if (!row) throw new Error('A sign-in was not stored.');
  return toTokens(tokens, row);
}

const signedIn = `select a.id, a.tenant_id as "tenantId", s.id as "signInId", a.permissions as scopes
  from agent_sign_ins s join agents a on a.tenant_id = s.tenant_id and a.id = s.agent_id
  where s.ended_at is null and s.expires_at > now() and a.status = 'active'`;

/** Whose token it is; undefined when it is unknown, over or ended, or its agent is deactivated. */
export async function findByToken(systemPool: Pool, token: string): Promise<SignedInAgent | undefined> {
  return inSystem(systemPool, async (tx) => {
    const sql = `${signedIn} and s.token_hash = $1 and s.token_expires_at > now()`;
    return (await tx.query<SignedInAgent>(sql, [hashToken(token)])).rows[0];
  });
}

/** Whether a sign-in still lasts: for what was begun with one of its tokens and goes on. */
export async function findBySignIn(systemPool: Pool, signInId: string): Promise<SignedInAgent | undefined> {
  return inSystem(systemPool, async (tx) => {
    return (await tx.query<SignedInAgent>(`${signedIn} and s.id = $1`, [signInId])).rows[0];
  });
}

/** The tenant of a refresh token, current or the one before; undefined when it is neither. */
export async function findTenantOfRefresh(systemPool: Pool, refreshToken: string): Promise<string | undefined> {
  return inSystem(systemPool, async (tx) => {
    const { rows } = await tx.query<{ tenantId: string }>(
      `select tenant_id as "tenantId" from agent_sign_ins where refresh_hash = $1
       union all select tenant_id from agent_sign_ins where former_refresh_hash = $1`,
      [hashToken(refreshToken)],
    );
    return rows[0]?.tenantId;
  });
}

/** Gives new tokens for a refresh token. One that was used before was copied: then the whole sign-in ends. Undefined: sign in again. */
export async function refreshSignIn(tx: Tx, refreshToken: string): Promise<SignInTokens | undefined> {
  const hash = hashToken(refreshToken);
  const tokens = drawn();
  const { rows } = await tx.query<Times>(
    `update agent_sign_ins s set token_hash = $3, token_expires_at = least(now() + ${tokenLife}, s.expires_at), refresh_hash = $4, former_refresh_hash = s.refresh_hash
     from agents a where s.tenant_id = $1 and s.refresh_hash = $2 and s.ended_at is null and s.expires_at > now()
       and a.tenant_id = s.tenant_id and a.id = s.agent_id and a.status = 'active'
     returning s.token_expires_at as "tokenExpiresAt", s.expires_at as "expiresAt"`,
    [tx.tenantId, hash, hashToken(tokens.token), hashToken(tokens.refreshToken)],
  );
  if (rows[0]) return toTokens(tokens, rows[0]);
  await tx.query(
    `update agent_sign_ins set ended_at = now(), end_reason = 'refresh_token_reused'
     where tenant_id = $1 and former_refresh_hash = $2 and ended_at is null`,
    [tx.tenantId, hash],
  );
  return undefined;
}

/** Ends one sign-in: its tokens are dead from the commit on. */
export async function endSignIn(tx: Tx, signInId: string): Promise<void> {
  await tx.query(
    `update agent_sign_ins set ended_at = now(), end_reason = 'signed_out' where tenant_id = $1 and id = $2 and ended_at is null`,
    [tx.tenantId, signInId],
  );
}

/** Ends all sign-ins of an agent, but for the one that goes on. */
export async function endSignIns(
  tx: Tx,
  agentId: string,
  reason: 'agent_deactivated' | 'password_changed',
  goesOn?: string,
): Promise<void> {
  await tx.query(
    `update agent_sign_ins set ended_at = now(), end_reason = $3
     where tenant_id = $1 and agent_id = $2 and ended_at is null and ($4::uuid is null or id <> $4)`,
    [tx.tenantId, agentId, reason, goesOn ?? null],
  );
}

/** Deletes sign-ins a month after their end, over all tenants (app_system). */
export async function forgetOldSignIns(tx: Tx): Promise<void> {
  await tx.query("delete from agent_sign_ins where expires_at < now() - interval '30 days'");
}
