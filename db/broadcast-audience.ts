// Whom a broadcast goes to: its list, read page by page into rows of recipients; whoever can't be reached is skipped with the reason.
import type { Broadcast } from '../domain/broadcast/broadcast.ts';
import type { BroadcastEvent } from '../domain/broadcast/events.ts';
import type { recipientStatuses } from '../domain/broadcast-recipient/broadcast-recipient.ts';
import { lidSource } from '../domain/contact/identity.ts';
import { violated } from '../domain/kernel/errors.ts';
import { uuidv7At } from '../platform/clock.ts';
import type { Tx } from './transaction.ts';

/** How many of a list become recipients in one transaction. */
const pageSize = 5000;

type Audience = Pick<Broadcast, 'id' | 'projectId' | 'listId' | 'channelId'>;

/** How many recipients there are in each state. */
export type RecipientCounts = Readonly<Record<(typeof recipientStatuses)[number], number>>;

/** Everyone on the list ($2) who is there, with why they can't be sent to on the channel ($3); null: they can. A message finds its way by an open chat, a number, or a hidden id. */
const audienceSql = `
  select contact.id as contact_id,
    case when exists (select from jsonb_array_elements(contact.opt_outs) one where one ->> 'channelId' is null or one ->> 'channelId' = $3::text)
         then 'opted_out'
         when contact.phone_index is null
           and not exists (select from chats where chats.tenant_id = $1 and chats.channel_id = ($3::text)::uuid and chats.contact_id = contact.id
             and chats.chat_type = 'individual' and chats.status <> 'closed')
           and not exists (select from contact_identities identity where identity.tenant_id = $1 and identity.contact_id = contact.id
             and identity.kind = '${lidSource}')
         then 'no_address' end as reason
  from contact_list_members member
  join contacts contact on contact.tenant_id = $1 and contact.id = member.contact_id
    and contact.deleted_at is null and contact.merged_into is null and contact.anonymized_at is null
  where member.tenant_id = $1 and member.list_id = $2 and member.removed_at is null`;

/** What comes with a broadcast's own changes, in their transaction: the first page with its start, an end to the waiting with a bad end. */
export async function followBroadcast({
  tx,
  events,
  state,
}: {
  readonly tx: Tx;
  readonly events: readonly BroadcastEvent[];
  readonly state: Broadcast;
}): Promise<void> {
  for (const { type } of events) {
    if (type === 'broadcast.started') {
      await tx.query('insert into broadcast_audiences (broadcast_id, tenant_id, is_complete) values ($1, $2, false)', [
        state.id,
        tx.tenantId,
      ]);
      await gatherRecipients(tx, state, { now: new Date(state.startedAt ?? '') });
    } else if (type === 'broadcast.cancelled' || type === 'broadcast.failed') await skipWaiting(tx, state);
  }
}

/**
 * Makes recipients of the next page of the list; the broadcast's saga calls it until it is complete. Two at once wait for each other, and nobody
 * becomes a recipient twice.
 */
export async function gatherRecipients(
  tx: Tx,
  { id, projectId, listId, channelId }: Audience,
  { now, size = pageSize }: { readonly now: Date; readonly size?: number },
): Promise<{ readonly added: number; readonly isComplete: boolean }> {
  const { rows: audiences } = await tx.query<{ last: string | null; isComplete: boolean }>(
    `select last_contact_id as last, is_complete as "isComplete" from broadcast_audiences where tenant_id = $1 and broadcast_id = $2 for update`,
    [tx.tenantId, id],
  );
  const audience = audiences[0];
  if (!audience || audience.isComplete) return { added: 0, isComplete: true };
  const { rows } = await tx.query<{ contact_id: string; reason: string | null }>(
    `${audienceSql} and ($4::uuid is null or member.contact_id > $4) order by member.contact_id limit $5`,
    [tx.tenantId, listId, channelId, audience.last, size],
  );
  await tx.query(
    `insert into broadcast_recipients (id, tenant_id, project_id, sequence, event_sequence, broadcast_id, contact_id, status, reason, settled_at, created_at)
     select id, $1, $2, 0, 0, $3, contact_id, case when reason is null then 'pending' else 'skipped' end, reason,
       case when reason is not null then $5::timestamptz end, $5
     from jsonb_to_recordset($4::jsonb) as recipient (id uuid, contact_id uuid, reason text)
     on conflict (tenant_id, broadcast_id, contact_id) do nothing`,
    [tx.tenantId, projectId, id, JSON.stringify(rows.map((row) => ({ ...row, id: uuidv7At(now) }))), now.toISOString()],
  );
  const isComplete = rows.length < size;
  await tx.query(
    `update broadcast_audiences set last_contact_id = coalesce($3, last_contact_id), is_complete = $4 where tenant_id = $1 and broadcast_id = $2`,
    [tx.tenantId, id, rows.at(-1)?.contact_id ?? null, isComplete],
  );
  return { added: rows.length, isComplete };
}

async function skipWaiting(tx: Tx, { id, status, endedAt }: Broadcast): Promise<void> {
  await tx.query('update broadcast_audiences set is_complete = true where tenant_id = $1 and broadcast_id = $2', [
    tx.tenantId,
    id,
  ]);
  await tx.query(
    `update broadcast_recipients set status = 'skipped', reason = $3, settled_at = $4, sequence = sequence + 1
     where tenant_id = $1 and broadcast_id = $2 and status = 'pending'`,
    [tx.tenantId, id, `broadcast_${status}`, endedAt],
  );
}

/** How many recipients are in each state. Counted, so that they always add up. */
export async function countRecipients(tx: Tx, broadcastId: string): Promise<RecipientCounts> {
  const { rows } = await tx.query<{ status: keyof RecipientCounts; count: number }>(
    `select status, count(*)::int as count from broadcast_recipients where tenant_id = $1 and broadcast_id = $2 group by status`,
    [tx.tenantId, broadcastId],
  );
  const counts = { pending: 0, sending: 0, sent: 0, failed: 0, skipped: 0 };
  for (const { status, count } of rows) counts[status] = count;
  return counts;
}

/** The counts with which a broadcast can be completed: read while nothing else changes it. Throws DomainError `audience_open` until the whole list was read. */
export async function finalCounts(tx: Tx, broadcastId: string): Promise<RecipientCounts> {
  await tx.query('select from broadcasts where tenant_id = $1 and id = $2 for no key update', [
    tx.tenantId,
    broadcastId,
  ]);
  const { rows } = await tx.query<{ isComplete: boolean }>(
    'select is_complete as "isComplete" from broadcast_audiences where tenant_id = $1 and broadcast_id = $2',
    [tx.tenantId, broadcastId],
  );
  if (rows[0]?.isComplete === false)
    throw violated('audience_open', 'The list is still being read: gather all recipients first.');
  return countRecipients(tx, broadcastId);
}

/** Whom a broadcast would go to if it were started now, and who would be skipped for which reason. */
export async function previewAudience(
  tx: Tx,
  { listId, channelId }: Pick<Audience, 'listId' | 'channelId'>,
): Promise<{
  readonly sendable: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly passedOver: readonly { readonly contactId: string; readonly reason: string }[];
}> {
  const { rows } = await tx.query<{ reason: string | null; count: number }>(
    `select reason, count(*)::int as count from (${audienceSql}) audience group by reason`,
    [tx.tenantId, listId, channelId],
  );
  const skipped = rows.flatMap(({ reason, count }) => (reason === null ? [] : [[reason, count] as const]));
  const sendable = rows.find(({ reason }) => reason === null)?.count ?? 0;
  const { rows: passedOver } = await tx.query<{ contactId: string; reason: string }>(
    `select contact_id as "contactId", reason from (${audienceSql}) audience where reason is not null order by contact_id limit 100`,
    [tx.tenantId, listId, channelId],
  );
  return { sendable, skipped: Object.fromEntries(skipped), passedOver };
}
