// Agents' password hashes, sealed by the tenant's key: whoever has the rows alone can't even begin to guess.
import type { KeysOf, TenantKeys } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

/** An agent as a sign-in needs it. `passwordHash` null: it has set none yet. */
export type SigningIn = { readonly agentId: string; readonly passwordHash: string | null };

const place = (tenantId: string, agentId: string): string => `${tenantId}|${agentId}|agent_passwords|password_hash`;

/** Sets an agent's password; the one before is forgotten. */
export async function storePassword(tx: Tx, keysOf: KeysOf, agentId: string, passwordHash: string): Promise<void> {
  const keys = keysOf(tx);
  await tx.query(
    `insert into agent_passwords (agent_id, tenant_id, password_hash) values ($1, $2, $3)
     on conflict (agent_id) do update set password_hash = excluded.password_hash, set_at = now()`,
    [agentId, tx.tenantId, await keys.sealForTenant(place(keys.tenantId, agentId), passwordHash)],
  );
}

/** The active person who has this address; undefined when nobody has. */
export async function findSigningIn(tx: Tx, keys: TenantKeys, emailIndex: string): Promise<SigningIn | undefined> {
  const { rows } = await tx.query<{ agentId: string; sealed: string | null }>(
    `select a.id as "agentId", p.password_hash as sealed from agents a
     left join agent_passwords p on p.tenant_id = a.tenant_id and p.agent_id = a.id
     where a.tenant_id = $1 and a.email_index = $2 and a.status = 'active' and a.type = 'human'`,
    [tx.tenantId, emailIndex],
  );
  return rows[0] && opened(keys, rows[0]);
}

/** The same by id, with the index of its address, for whoever is signed in already. */
export async function findSignedIn(
  tx: Tx,
  keys: TenantKeys,
  agentId: string,
): Promise<(SigningIn & { readonly emailIndex: string }) | undefined> {
  const { rows } = await tx.query<{ emailIndex: string | null }>(
    'select email_index as "emailIndex" from agents where tenant_id = $1 and id = $2',
    [tx.tenantId, agentId],
  );
  const emailIndex = rows[0]?.emailIndex;
  const found = emailIndex ? await findSigningIn(tx, keys, emailIndex) : undefined;
  return found && emailIndex ? { ...found, emailIndex } : undefined;
}

/** Whether the hash is still the agent's; keeps it so until the end of the transaction. */
export async function isStillPassword(tx: Tx, keys: TenantKeys, signing: SigningIn): Promise<boolean> {
  const { rows } = await tx.query<{ sealed: string }>(
    'select password_hash as sealed from agent_passwords where tenant_id = $1 and agent_id = $2 for share',
    [tx.tenantId, signing.agentId],
  );
  const sealed = rows[0]?.sealed ?? null;
  return sealed !== null && (await opened(keys, { ...signing, sealed })).passwordHash === signing.passwordHash;
}

async function opened(
  keys: TenantKeys,
  { agentId, sealed }: { readonly agentId: string; readonly sealed: string | null },
): Promise<SigningIn> {
  const value = sealed === null ? null : await keys.openForTenant(sealed, place(keys.tenantId, agentId));
  return { agentId, passwordHash: typeof value === 'string' ? value : null };
}
