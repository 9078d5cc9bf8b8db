// What a person needs to pair a channel while it is being activated: sealed by the tenant's key, gone when the activation has ended.
import { isSameJson } from '../domain/kernel/same-json.ts';
import type { Database } from './deps.ts';
import type { KeysOf } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

/** What is to be scanned, signed or compared; at most one of them is there. */
export type PairingDetails = {
  readonly qr: { readonly mimetype: string; readonly data: string } | null;
  readonly passkeyChallenge: Readonly<Record<string, unknown>> | null;
  readonly confirmationCode: string | null;
};

/** A channel's pairing as the gateway last told it. */
export type Pairing = PairingDetails & { readonly sessionStatus: string; readonly changedAt: string };

/** There is nothing to do. */
export const noDetails: PairingDetails = { qr: null, passkeyChallenge: null, confirmationCode: null };

const place = (tenantId: string, channelId: string): string => `${tenantId}|${channelId}|channel_pairings|details`;

/** The pairing; undefined when none is under way. */
export async function readPairing(tx: Tx, keysOf: KeysOf, channelId: string): Promise<Pairing | undefined> {
  const { rows } = await tx.query<{ sessionStatus: string; details: string; changedAt: Date }>(
    `select session_status as "sessionStatus", details, changed_at as "changedAt" from channel_pairings where tenant_id = $1 and channel_id = $2`,
    [tx.tenantId, channelId],
  );
  const row = rows[0];
  if (!row) return undefined;
  const keys = keysOf(tx);
  const details = (await keys.openForTenant(row.details, place(keys.tenantId, channelId))) as PairingDetails;
  return { ...details, sessionStatus: row.sessionStatus, changedAt: row.changedAt.toISOString() };
}

/** Notes what the gateway told; `changedAt` moves only when it is something new. */
export async function notePairing(
  { keysOf, clock }: Pick<Database, 'keysOf' | 'clock'>,
  tx: Tx,
  channelId: string,
  told: PairingDetails & { readonly sessionStatus: string },
): Promise<void> {
  const known = await readPairing(tx, keysOf, channelId);
  const { sessionStatus, ...details } = told;
  if (known && isSameJson({ ...known, changedAt: null }, { ...told, changedAt: null })) return;
  const keys = keysOf(tx);
  await tx.query(
    `insert into channel_pairings (tenant_id, channel_id, session_status, details, changed_at) values ($1, $2, $3, $4, $5)
     on conflict (channel_id) do update set session_status = excluded.session_status, details = excluded.details, changed_at = excluded.changed_at`,
    [
      keys.tenantId,
      channelId,
      sessionStatus,
      await keys.sealForTenant(place(keys.tenantId, channelId), details),
      clock.now(),
    ],
  );
}

/** The pairing is over: what could be scanned must not lie about. */
export async function forgetPairing(tx: Tx, channelId: string): Promise<void> {
  await tx.query('delete from channel_pairings where tenant_id = $1 and channel_id = $2', [tx.tenantId, channelId]);
}
