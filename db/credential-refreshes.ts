// Which credentials are over, and which are to be refreshed before they are: found by the schedule over all tenants, each refresh a row until it has ended.
import { giveUpLost } from './give-up-lost.ts';
import type { Tx } from './transaction.ts';

/** A refresh to be done. Its id is its saga's correlation id. */
export type DueRefresh = { readonly tenantId: string; readonly credentialId: string; readonly refreshId: string };

/** What a credential needs beside its access token to be refreshed. */
export const refreshSecrets = ['refreshToken', 'tokenUrl', 'clientId'] as const;

/** Credentials whose time is over and that do not say so yet. As app_system. */
export async function findOverdue(
  tx: Tx,
  limit: number,
): Promise<readonly { readonly tenantId: string; readonly credentialId: string }[]> {
  const { rows } = await tx.query<{ tenantId: string; credentialId: string }>(
    `select tenant_id as "tenantId", id as "credentialId" from credentials
     where status = 'active' and deleted_at is null and expires_at <= now() order by expires_at limit $1`,
    [limit],
  );
  return rows;
}

/**
 * Asks for the refreshes that are due, and gives those to begin, also those that were asked for and not begun. As app_system. A credential is due five
 * minutes before its time is over, or halfway to it, if that is sooner to the end; one that was refused is not asked again with the same secrets.
 */
export async function requestDueRefreshes(
  tx: Tx,
  { limit, newId }: { readonly limit: number; readonly newId: () => string },
): Promise<readonly DueRefresh[]> {
  await giveUpLost(tx, 'credential_refreshes');
  const due = await tx.query<{ tenantId: string; credentialId: string }>(
    `select credential.tenant_id as "tenantId", credential.id as "credentialId" from credentials credential
     join credential_secrets secret on secret.tenant_id = credential.tenant_id and secret.credential_id = credential.id
     where credential.credential_type = 'oauth' and credential.status = 'active' and credential.deleted_at is null
       and credential.expires_at is not null and credential.secret_names @> $1::jsonb
       and credential.expires_at - least(interval '5 minutes',
         (credential.expires_at - coalesce(credential.refreshed_at, credential.created_at)) / 2) <= now()
       and not exists (select from credential_refreshes refresh where refresh.tenant_id = credential.tenant_id
         and refresh.credential_id = credential.id and (refresh.ended_at is null or refresh.requested_at >= secret.changed_at))
     order by credential.expires_at limit $2`,
    [JSON.stringify(refreshSecrets), limit],
  );
  for (const { tenantId, credentialId } of due.rows)
    await tx.query(
      'insert into credential_refreshes (id, tenant_id, credential_id) values ($1, $2, $3) on conflict do nothing',
      [newId(), tenantId, credentialId],
    );
  const { rows } = await tx.query<DueRefresh>(
    `select tenant_id as "tenantId", credential_id as "credentialId", id as "refreshId" from credential_refreshes
     where ended_at is null and attempts = 0 order by requested_at limit $1`,
    [2 * limit],
  );
  return rows;
}

/** Notes another attempt. */
export async function noteRefreshAttempt(tx: Tx, refreshId: string): Promise<void> {
  await tx.query('update credential_refreshes set attempts = attempts + 1 where tenant_id = $1 and id = $2', [
    tx.tenantId,
    refreshId,
  ]);
}

/** Ends it. */
export async function endRefresh(tx: Tx, refreshId: string, outcome: string): Promise<void> {
  await tx.query(
    'update credential_refreshes set ended_at = now(), outcome = $3 where tenant_id = $1 and id = $2 and ended_at is null',
    [tx.tenantId, refreshId, outcome.slice(0, 1000)],
  );
}
