// The gateway's session changed its state. A channel is active on the gateway's own word only; brief falls are waited out before they count.
import { aggregates } from '../../db/aggregates.ts';
import { execute, load } from '../../db/execute.ts';
import type { Tx } from '../../db/transaction.ts';
import type { Channel } from '../../domain/channel/channel.ts';
import { activationSaga } from '../../intake/channel-sagas.ts';
import { webhookUrl } from '../../intake/webhook-url.ts';
import type { SessionStatusEvent } from '../../integrations/waha/gateway-event.ts';
import { loadGatewayEvent } from '../inbound/gateway-message.ts';
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
  if (await isSuperseded({ database, tx, raw, event })) return { outcome: 'ignored', reason: 'superseded' };
  const { state: channel } = await load(database, tx, aggregates.channel, raw.channelId, true);
  const activation = activationUnderWay(channel);
  // Whether the channel is active is for its saga to say: it may be about to give up, and to delete the session.
  const wakes = activation && { wakes: activation };
  switch (event.status) {
    case 'WORKING': {
      if (activation) return { outcome: 'processed', ...wakes };
      const reason = await whyNotActive(tx, channel, event);
      if (reason) return { outcome: 'ignored', reason };
      const data = { webhookUrl: webhookUrl(publicUrl, raw.channelId) };
      await execute(database, tx, aggregates.channel, raw.channelId, { type: 'channel.confirm_working', data }, cause);
      return { outcome: 'processed' };
    }
    case 'STOPPED':
    case 'FAILED':
    case 'SCAN_QR_CODE': {
      if (channel.status !== 'active' && !activation) return { outcome: 'processed' };
      const age = database.clock.now().getTime() - raw.receivedAt.getTime();
      // Also of a channel that is not active yet: by then it may be, and have missed its loss.
      if (age < settleMs) return { outcome: 'later', afterMs: settleMs - age, ...wakes };
      const data = { reason: event.status.toLowerCase() };
      await execute(
        database,
        tx,
        aggregates.channel,
        raw.channelId,
        { type: 'channel.note_disconnected', data },
        cause,
      );
      return { outcome: 'processed', ...wakes };
    }
    case 'STARTING':
    case 'PASSKEY_REQUIRED':
    case 'PASSKEY_CONFIRMATION_REQUIRED':
      return { outcome: 'processed', ...wakes };
  }
}

function activationUnderWay({ id, status, activationRequestedAt }: Channel): string | undefined {
  if (activationRequestedAt === null || (status !== 'activating' && status !== 'connecting')) return undefined;
  return activationSaga(id, activationRequestedAt).workflowId;
}

/** Word that came late of a session that is not the channel's any more: a person has switched the channel off, or its activation has given up since. */
async function whyNotActive(tx: Tx, channel: Channel, event: SessionStatusEvent): Promise<string | undefined> {
  const { id, status, activatedAt, activationRequestedAt } = channel;
  if (status === 'inactive' && (activatedAt ?? activationRequestedAt) !== null) return 'switched_off';
  if (status !== 'error' || activationRequestedAt === null) return undefined;
  const { rows } = await tx.query<{ endedAt: Date | null }>(
    'select ended_at as "endedAt" from sagas where tenant_id = $1 and correlation_id = $2',
    [tx.tenantId, activationSaga(id, activationRequestedAt).correlationId],
  );
  const endedAt = rows[0]?.endedAt?.getTime() ?? 0;
  return Date.parse(event.changedAt) <= endedAt ? 'activation_over' : undefined;
}

/**
 * Only the newest word about a session counts: newest by the gateway's time, because its webhooks come in any order; by arrival when it names
 * the same moment twice. What came long before can't be newer.
 */
async function isSuperseded({
  database,
  tx,
  raw,
  event,
}: Pick<Applying<SessionStatusEvent>, 'database' | 'tx' | 'raw' | 'event'>): Promise<boolean> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from raw_events where tenant_id = $1 and channel_id = $2 and kind = 'session_status' and id <> $3
       and received_at > $4::timestamptz - interval '10 minutes' order by arrival desc limit 20`,
    [raw.tenantId, raw.channelId, raw.id, raw.receivedAt],
  );
  const changedAt = Date.parse(event.changedAt);
  for (const { id } of rows) {
    const other = await loadGatewayEvent(database, tx, id);
    if (other.event.kind !== 'session_status') continue;
    const age = Date.parse(other.event.changedAt) - changedAt;
    if (age > 0 || (age === 0 && other.raw.arrival > raw.arrival)) return true;
  }
  return false;
}
