// The secret by which a channel's gateway signs its webhooks: sealed by the tenant's key, looked up before the tenant is known.
import { randomBytes } from 'node:crypto';
import type { Database } from './deps.ts';
import type { KeysOf } from './tenant-keys.ts';
import { inSystem, inTenant, type Tx } from './transaction.ts';

/** Whom a webhook is for and what it must be signed with. */
export type ChannelSecret = { readonly tenantId: string; readonly secret: string };

const place = (tenantId: string, channelId: string): string =>
  `${tenantId}|${channelId}|channel_secrets|webhook_secret`;

/** Draws a secret: 256 random bits, shown once. */
export function newWebhookSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Sets a channel's secret; the one before stops being accepted. */
export async function storeChannelSecret(tx: Tx, keysOf: KeysOf, channelId: string, secret: string): Promise<void> {
  const keys = keysOf(tx);
  await tx.query(
    `insert into channel_secrets (channel_id, tenant_id, webhook_secret) values ($1, $2, $3)
     on conflict (channel_id) do update set webhook_secret = excluded.webhook_secret, rotated_at = now()`,
    [channelId, keys.tenantId, await keys.sealForTenant(place(keys.tenantId, channelId), secret)],
  );
}

/** Finds a channel's tenant and secret; undefined for a channel that is not there, deleted, or has none. */
export async function findChannelSecret(
  { pool, systemPool, keysOf }: Database,
  channelId: string,
): Promise<ChannelSecret | undefined> {
  const found = await inSystem(systemPool, async (tx) => {
    const { rows } = await tx.query<{ tenantId: string; sealed: string }>(
      `select s.tenant_id as "tenantId", s.webhook_secret as sealed from channel_secrets s
       join channels c on c.tenant_id = s.tenant_id and c.id = s.channel_id
       where s.channel_id = $1 and c.deleted_at is null`,
      [channelId],
    );
    return rows[0];
  });
  if (!found) return undefined;
  const secret = await inTenant(pool, found.tenantId, (tx) =>
    keysOf(tx).openForTenant(found.sealed, place(found.tenantId, channelId)),
  );
  return typeof secret === 'string' ? { tenantId: found.tenantId, secret } : undefined;
}
