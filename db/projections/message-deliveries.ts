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

/** Takes events of one tenant, each message's in its sequence; those that say nothing of delivery are passed over. */
export async function trackDeliveries(events: readonly MessageEvent[], tx: Tx): Promise<void> {
  const created = events.filter(({ type }) => type === 'message.created');
  // A message's first event is the one that creates it: what the others say finds its row.
  if (created.length > 0) await begin(created, tx);
  const told = events.flatMap(({ type, aggregateId: id, sequence, data, time }) => {
    const [status, field] = times[type] ?? [];
    if (!status || !field) return [];
    return [{ id, sequence, status, at: data[field] ?? time, reason: data['failureReason'] ?? 'unknown' }];
  });
  if (told.length > 0) await goOn(told, tx);
}

/** A message that waits to be sent is queued; one from the phone was sent; one that came in is with us. */
async function begin(events: readonly MessageEvent[], tx: Tx): Promise<void> {
  const created = events.map(({ aggregateId: id, tenantId, projectId, sequence, data }) => ({
    id,
    tenant_id: tenantId,
    project_id: projectId,
    contact_id: data['contactId'],
    from_me: data['fromMe'] === true,
    at: data['createdAt'],
    sequence,
  }));
  await tx.query(
    `insert into message_deliveries (message_id, tenant_id, project_id, contact_id, from_me, status, queued_at, sent_at, delivered_at, last_sequence)
     select created.id, created.tenant_id, created.project_id, created.contact_id, created.from_me,
       case when not created.from_me then 'delivered' when sent_at is null then 'queued' else 'sent' end,
       case when created.from_me then created.at end, case when created.from_me then sent_at end, case when not created.from_me then created.at end, created.sequence
     from jsonb_to_recordset($1::jsonb) as created (id uuid, tenant_id text, project_id uuid, contact_id uuid, from_me boolean, at timestamptz,
       sequence bigint)
     left join messages on messages.tenant_id = created.tenant_id and messages.id = created.id
     order by created.id, created.sequence
     on conflict (message_id) do nothing`,
    [JSON.stringify(created)],
  );
}

const reached = ['sent', 'delivered', 'read', 'played'];
const lastOf = (field: string, filter = ''): string => `(array_agg(${field} order by sequence desc)${filter})[1]`;

/** Each status leaves its moment, the last one told counts; only the last event of all says whether the message failed. */
async function goOn(told: readonly object[], tx: Tx): Promise<void> {
  await tx.query(
    `update message_deliveries delivery set status = last.status, last_sequence = last.sequence, updated_at = now(),
       failed_at = case when last.status = 'failed' then last.at end,
       failure_reason = case when last.status = 'failed' then last.reason end,
       ${reached.map((status) => `${status}_at = coalesce(last.${status}_at, delivery.${status}_at)`).join(', ')}
     from (select told.id, max(sequence) as sequence, ${lastOf('told.status')} as status, ${lastOf('at')} as at, ${lastOf('reason')} as reason,
         ${reached.map((status) => `${lastOf('at', ` filter (where told.status = '${status}')`)} as ${status}_at`).join(', ')}
       from jsonb_to_recordset($1::jsonb) as told (id uuid, sequence bigint, status text, at timestamptz, reason text)
       join message_deliveries row on row.message_id = told.id and row.last_sequence < told.sequence
       group by told.id) last
     where delivery.message_id = last.id`,
    [JSON.stringify(told)],
  );
}

/** Takes the rows of these messages out, for a rebuild. As app_system. */
export async function clearDeliveries(tx: Tx, messageIds: readonly string[]): Promise<void> {
  await tx.query('delete from message_deliveries where message_id = any($1::uuid[])', [messageIds]);
}
