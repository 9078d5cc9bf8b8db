// Writes events for the contenders: a backlog in the real table, or the same rows as jobs of the peers that bring tables of their own.
import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';

/** What a backlog looks like. `hot`: one aggregate has half of the events. */
export type Shape = {
  readonly total: number;
  readonly aggregates: number;
  readonly payloadBytes: number;
  readonly hot?: boolean;
};

/** Events of about 600 bytes with headers, of 500 aggregates. */
export const usualShape = (total: number): Shape => ({ total, aggregates: 500, payloadBytes: 300 });

const perStatement = 25_000;

/** So many bytes that do not compress. */
export const paddingOf = (bytes: number): string =>
  randomBytes(Math.ceil((bytes * 3) / 4))
    .toString('base64')
    .slice(0, bytes);

/** Empties the outbox. */
export async function emptyOutbox(admin: pg.Pool): Promise<void> {
  await admin.query('truncate outbox_events');
}

/** Forgets what consumers have taken and made. */
export async function emptyConsumers(admin: pg.Pool): Promise<void> {
  await admin.query(`truncate processed_events, consumer_positions, parked_events, consumer_failures, contact_events, message_deliveries,
      session_analytics, campaign_result_enrollments, campaign_result_messages;
    do $$ begin if to_regclass('bench_effects') is not null then truncate bench_effects; end if; end $$`);
}

/** Writes the backlog, then a checkpoint, so that none falls into what is measured. `onRows` hears of the progress. */
export async function fillOutbox(
  admin: pg.Pool,
  shape: Shape,
  onRows: (rows: number) => void = () => {},
): Promise<void> {
  const salt = randomUUID();
  const padding = paddingOf(shape.payloadBytes);
  const step = Math.max(500, Math.min(perStatement, Math.floor(2 ** 25 / shape.payloadBytes)));
  for (let from = 0; from < shape.total; from += step) {
    const to = Math.min(shape.total, from + step);
    await admin.query(
      `insert into outbox_events (event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, event_data, metadata,
         correlation_id, tenant_id, created_at)
       select gen_random_uuid(), md5(aggregate::text || $3)::uuid, 'message', sequence, 'message.sent', 'v1',
         jsonb_build_object('messageId', gen_random_uuid(), 'padding', $4::text), jsonb_build_object('causation_id', gen_random_uuid()),
         gen_random_uuid(), 'bench', clock_timestamp()
       from (select n, case when not $6 then n % $5 when n % 2 = 0 then 0 else 1 + n / 2 % ($5 - 1) end as aggregate,
           1 + case when not $6 then n / $5 when n % 2 = 0 then n / 2 else n / 2 / ($5 - 1) end as sequence
         from generate_series($1::integer, $2::integer - 1) n) event order by n`,
      [from, to, salt, padding, shape.aggregates, shape.hot ?? false],
    );
    onRows(to);
  }
  await settle(admin);
}

/** Makes of the backlog what a consumer has been sent: `said` tells by an event's place in its aggregate, up to `eventsEach`. Its aggregate is whom it is about. */
export async function markSent(
  admin: pg.Pool,
  said: (sequence: number) => { readonly type: string; readonly aggregateType?: string; readonly data?: object },
  eventsEach: number,
): Promise<void> {
  const rows = Array.from({ length: eventsEach }, (_, n) => ({
    sequence: n + 1,
    aggregateType: 'message',
    ...said(n + 1),
  }));
  await admin.query(
    `update outbox_events event set status = 'processed', processed_at = created_at, event_type = said.type, aggregate_type = said."aggregateType",
       event_data = event_data || said.data || jsonb_build_object('contactId', aggregate_id)
     from jsonb_to_recordset($1::jsonb) as said (sequence bigint, type text, "aggregateType" text, data jsonb)
     where event.aggregate_sequence = said.sequence`,
    [JSON.stringify(rows)],
  );
  await settle(admin);
}

/** Statistics and a checkpoint: what a table has that was not written a moment ago. */
export async function settle(admin: pg.Pool): Promise<void> {
  await admin.query('analyze outbox_events');
  await admin.query('checkpoint');
}

/** An outbox row as a JSON object with the names of a PendingEvent: what a peer's job carries. */
export const jobPayload = `json_build_object('id', id, 'eventId', event_id, 'aggregateId', aggregate_id, 'aggregateType', aggregate_type,
  'sequence', aggregate_sequence, 'type', event_type, 'version', event_version, 'tenantId', tenant_id, 'projectId', project_id,
  'correlationId', correlation_id, 'createdAt', created_at::text, 'partition', partition_key, 'retryCount', 0, 'skip', false,
  'metadata', metadata::text, 'data', event_data::text)`;
