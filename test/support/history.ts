// A past for the outbox: many events that were sent long since, written by the server itself.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** What the rows are. `month`: first day of the month they lie in (this one, up to now). `hot`: written as pending and marked one statement later, so that dead rows and dead index entries lie where a drain leaves them. */
export type HistoryOptions = {
  readonly tenantId: string;
  readonly aggregates?: number;
  readonly hot?: boolean;
  readonly month?: string;
};

const rowsAStatement = 5_000;

/** Writes `count` sent events of about 600 bytes into one month. Answers when they are there; statistics and dead rows are as autovacuum finds them. */
export async function writeHistory(pool: pg.Pool, count: number, options: HistoryOptions): Promise<void> {
  const { tenantId, aggregates = 1_000, hot = false, month = null } = options;
  const client = await pool.connect();
  try {
    await client.query('set statement_timeout = 0');
    for (let from = 0; from < count; from += rowsAStatement) {
      const rows = Math.min(rowsAStatement, count - from);
      await client.query(insertSql, [
        rows,
        randomUUID(),
        tenantId,
        aggregates,
        from / count,
        rows / count,
        hot ? 'pending' : 'processed',
        month,
      ]);
      if (hot)
        await client.query(
          "update outbox_events set status = 'processed', processed_at = now() where status = 'pending'",
        );
    }
  } finally {
    client.release(true);
  }
}

// Ids begin with their time, as ours do; the rows lie in order of time between the month's beginning and now.
const insertSql = `
  insert into outbox_events (event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, event_data, metadata,
    correlation_id, tenant_id, created_at, status, processed_at)
  select (substr(time, 1, 8) || '-' || substr(time, 9, 4) || '-7' || substr(gen_random_uuid()::text, 16))::uuid,
    md5((n % $4::integer)::text || $2::text)::uuid, 'message', 1 + n / $4::integer, 'message.sent', 'v1',
    jsonb_build_object('messageId', gen_random_uuid(), 'padding', repeat('x', 300)), jsonb_build_object('causation_id', gen_random_uuid()),
    (substr(time, 1, 8) || '-' || substr(time, 9, 4) || '-7' || substr(gen_random_uuid()::text, 16))::uuid, $3::text, created_at, $7::text, case when $7::text = 'processed' then now() end
  from (
    select n, created_at, lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') as time
    from generate_series(0, $1::integer - 1) n, lateral (
      select first + ($5::float8 + $6::float8 * n / $1) * (least(now(), first + interval '28 days') - first) as created_at
      from (select date_trunc('month', coalesce($8::timestamptz, now())) as first) month) moment
  ) row`;
