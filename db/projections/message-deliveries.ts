// How far each message got: one row a message, written in the order of its events. Only forward, because the decider only lets it.
import type { Envelope } from '../../domain/kernel/envelope.ts';
import type { Tx } from '../transaction.ts';

type MessageEvent = Envelope<string, Readonly<Record<string, unknown>>>;

const times: Readonly<Record<string, readonly [status: string, field: string]>> = {
  'message.sent': ['sent', 'sentAt'],
  'message.delivered': ['delivered', 'deliveredAt'],
  'message.read': ['read', 'readAt'],
  'message.played': ['played', 'playedAt'],
  'message.failed': ['failed', 'failedAt'],
};

/** Takes one event of a message; false: it says nothing of delivery. */
export async function trackDelivery(event: MessageEvent, tx: Tx): Promise<boolean> {
  if (event.type === 'message.created') return begin(event, tx);
  const [status, field] = times[event.type] ?? [];
  if (!status || !field) return false;
  const failed = status === 'failed';
  const { rowCount } = await tx.query(
    `update message_deliveries set status = $2, ${status}_at = $3, failure_reason = $4${failed ? '' : ', failed_at = null'},
       last_sequence = $5, updated_at = now()
     where message_id = $1 and last_sequence < $5`,
    [
      event.aggregateId,
      status,
      event.data[field] ?? event.time,
      failed ? (event.data['failureReason'] ?? 'unknown') : null,
      event.sequence,
    ],
  );
  return rowCount === 1;
}

/** A message that waits to be sent is queued; one from the phone was sent; one that came in is with us. */
async function begin({ aggregateId, tenantId, projectId, sequence, data }: MessageEvent, tx: Tx): Promise<boolean> {
  const fromMe = data['fromMe'] === true;
  const { rowCount } = await tx.query(
    `insert into message_deliveries (message_id, tenant_id, project_id, contact_id, from_me, status, queued_at, sent_at, delivered_at, last_sequence)
     select $1::uuid, $2, $3::uuid, $4::uuid, $5::boolean,
       case when not $5 then 'delivered' when sent_at is null then 'queued' else 'sent' end,
       case when $5 then $6::timestamptz end, case when $5 then sent_at end, case when not $5 then $6::timestamptz end, $7::bigint
     from (select) present left join messages on messages.tenant_id = $2 and messages.id = $1
     on conflict (message_id) do nothing`,
    [aggregateId, tenantId, projectId, data['contactId'] ?? null, fromMe, data['createdAt'], sequence],
  );
  return rowCount === 1;
}

/** Takes the rows of these messages out, for a rebuild. As app_system. */
export async function clearDeliveries(tx: Tx, messageIds: readonly string[]): Promise<void> {
  await tx.query('delete from message_deliveries where message_id = any($1::uuid[])', [messageIds]);
}
