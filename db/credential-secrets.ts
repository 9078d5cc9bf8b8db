// The secrets of credentials, sealed by the tenant's key. They go in over HTTP and come out for an integration's use only.
import type { secretNames } from '../domain/credential/commands.ts';
import { aggregates } from './aggregates.ts';
import { type Cause, type ExecuteDeps, execute } from './execute.ts';
import type { KeysOf } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

/** Secrets by their names. */
export type Secrets = { readonly [Name in (typeof secretNames)[number]]?: string | undefined };

const place = (tenantId: string, id: string): string => `${tenantId}|${id}|credential_secrets|secrets`;

/** Sets a credential's secrets, all at once; the ones before are gone. */
export async function storeSecrets(tx: Tx, keysOf: KeysOf, credentialId: string, secrets: Secrets): Promise<void> {
  const keys = keysOf(tx);
  await tx.query(
    `insert into credential_secrets (credential_id, tenant_id, secrets) values ($1, $2, $3)
     on conflict (credential_id) do update set secrets = excluded.secrets, changed_at = now()`,
    [credentialId, tx.tenantId, await keys.sealForTenant(place(keys.tenantId, credentialId), secrets)],
  );
}

/** Sets some of them; the others stay. */
export async function mergeSecrets(tx: Tx, keysOf: KeysOf, credentialId: string, secrets: Secrets): Promise<void> {
  await storeSecrets(tx, keysOf, credentialId, { ...(await readSecrets(tx, keysOf, credentialId)), ...secrets });
}

/** Destroys them. */
export async function dropSecrets(tx: Tx, credentialId: string): Promise<void> {
  await tx.query('delete from credential_secrets where tenant_id = $1 and credential_id = $2', [
    tx.tenantId,
    credentialId,
  ]);
}

/** Opens a credential for a use, which is noted. Throws DomainError: not_found, `credential_inactive`, `credential_expired`. */
export async function useCredential(deps: ExecuteDeps, tx: Tx, credentialId: string, cause: Cause): Promise<Secrets> {
  const use = { type: 'credential.use', data: {} } as const;
  await execute(deps, tx, aggregates.credential, credentialId, use, cause, { lock: true });
  return readSecrets(tx, deps.keysOf, credentialId);
}

/** Opens them, held until the end of the transaction. Whoever uses them outside calls useCredential. */
export async function readSecrets(tx: Tx, keysOf: KeysOf, credentialId: string): Promise<Secrets> {
  const { rows } = await tx.query<{ secrets: string }>(
    'select secrets from credential_secrets where tenant_id = $1 and credential_id = $2 for update',
    [tx.tenantId, credentialId],
  );
  const keys = keysOf(tx);
  const row = rows[0];
  return row ? ((await keys.openForTenant(row.secrets, place(keys.tenantId, credentialId))) as Secrets) : {};
}
