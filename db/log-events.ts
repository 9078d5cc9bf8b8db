// The outbox as a log: sent events in order of position, to be sent again to one consumer. Their data is passed on as it stands, never parsed.
import type { OutboxRow } from './outbox-row.ts';
import type { Tx } from './transaction.ts';

/** A sent event. `skip`: the relay's skip marker went out for it. */
export type LogEvent = OutboxRow;

const columns = `event.id, event.event_id as "eventId", event.aggregate_id as "aggregateId", event.aggregate_type as "aggregateType",
  event.aggregate_sequence as sequence, event.event_type as type, event.event_version as version, event.tenant_id as "tenantId",
  event.project_id as "projectId", event.correlation_id as "correlationId", event.created_at::text as "createdAt", event.partition_key as partition,
  event.retry_count as "retryCount", event.status = 'discarded' as skip, event.metadata::text as metadata, event.event_data::text as data`;
/** A part of the log. `from` and `to` are moments, `to` not included. */
export type LogRange = { readonly types: readonly string[]; readonly from: Date | null; readonly to: Date | null };

/** The next sent events of a tenant, in order of position. */
export async function readLog(
  tx: Tx,
  { types, from, to }: LogRange,
  place: { readonly tenantId: string; readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<LogEvent[]> {
  const { rows } = await tx.query<LogEvent>(
    `select ${columns} from outbox_events event
     where event.tenant_id = $1 and event.id > $2 and event.id <= $3 and event.event_type = any($4) and event.status in ('processed', 'discarded')
       and ($5::timestamptz is null or event.created_at >= $5) and ($6::timestamptz is null or event.created_at < $6)
     order by event.id limit $7`,
    [place.tenantId, place.after, place.upTo, types, from, to, place.limit],
  );
  return rows;
}

/** What a replay would send, and how many of them have not taken effect yet. Counted up to `atMost`. */
export async function countLog(
  tx: Tx,
  consumer: string,
  { types, from, to }: LogRange,
  tenantId: string | null,
  atMost: number,
): Promise<{ readonly count: number; readonly missing: number }> {
  const { rows } = await tx.query<{ count: number; missing: number }>(
    `select count(*) as count, count(*) filter (where not exists (
         select from processed_events done where done.consumer_name = $1 and done.event_id = event.event_id)) as missing
     from (select event_id from outbox_events
       where ($2::text is null or tenant_id = $2) and event_type = any($3) and status in ('processed', 'discarded')
         and ($4::timestamptz is null or created_at >= $4) and ($5::timestamptz is null or created_at < $5) limit $6) event`,
    [consumer, tenantId, types, from, to, atMost],
  );
  return rows[0] ?? { count: 0, missing: 0 };
}

/** Events by their ids, whether sent or not. */
export async function findLogEvents(tx: Tx, eventIds: readonly string[]): Promise<LogEvent[]> {
  const { rows } = await tx.query<LogEvent>(
    `select ${columns} from outbox_events event where event.event_id = any($1::uuid[]) order by event.id`,
    [eventIds],
  );
  return rows;
}

/** The position of the last event of the log. */
export async function lastPosition(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ last_value: number }>('select last_value from outbox_events_id_seq');
  return rows[0]?.last_value ?? 0;
}

/** Tenants in order, the one after `after`; undefined: there is no more. For the role app_system. */
export async function nextTenant(tx: Tx, after: string | null): Promise<string | undefined> {
  const { rows } = await tx.query<{ tenant_id: string }>(
    'select tenant_id from tenants where $1::text is null or tenant_id > $1 order by tenant_id limit 1',
    [after],
  );
  return rows[0]?.tenant_id;
}
