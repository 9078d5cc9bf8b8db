// The gateway's session changed its state. A channel is active on the gateway's own word only; brief falls are waited out before they count.
import { aggregates } from '../../db/aggregates.ts';
import { execute, load } from '../../db/execute.ts';
import type { SessionStatusEvent } from '../../integrations/waha/gateway-event.ts';
import type { Applied, Applying } from './apply-gateway-event.ts';

/** Gateways fall and rise within seconds while traffic flows: only what lasts longer is a loss. */
const settleMs = 10_000;

export async function applySessionStatus({
  database,
  tx,
  raw,
  event,
  cause,
  publicUrl,
}: Applying<SessionStatusEvent>): Promise<Applied> {
  if (await isSuperseded({ tx, raw })) return { outcome: 'ignored', reason: 'superseded' };
  const { state: channel } = await load(database, tx, aggregates.channel, raw.channelId, true);
  switch (event.status) {
    case 'WORKING': {
      const data = { webhookUrl: `${publicUrl}/v1/webhooks/waha/${raw.channelId}` };
      await execute(database, tx, aggregates.channel, raw.channelId, { type: 'channel.confirm_working', data }, cause);
      return { outcome: 'processed' };
    }
    case 'STOPPED':
    case 'FAILED':
    case 'SCAN_QR_CODE': {
      if (channel.status !== 'active') return { outcome: 'processed' };
      const age = database.clock.now().getTime() - raw.receivedAt.getTime();
      if (age < settleMs) return { outcome: 'later', afterMs: settleMs - age };
      const data = { reason: event.status.toLowerCase() };
      await execute(
        database,
        tx,
        aggregates.channel,
        raw.channelId,
        { type: 'channel.note_disconnected', data },
        cause,
      );
      return { outcome: 'processed' };
    }
    case 'STARTING':
    case 'PASSKEY_REQUIRED':
    case 'PASSKEY_CONFIRMATION_REQUIRED':
      return { outcome: 'processed' };
  }
}

/** Only the newest word about a session counts. */
async function isSuperseded({ tx, raw }: Pick<Applying, 'tx' | 'raw'>): Promise<boolean> {
  const { rows } = await tx.query(
    `select 1 from raw_events where tenant_id = $1 and channel_id = $2 and kind = 'session_status' and arrival > $3 limit 1`,
    [raw.tenantId, raw.channelId, raw.arrival],
  );
  return rows.length > 0;
}
