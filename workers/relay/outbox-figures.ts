// How much waits in the outbox, asked every few seconds: cheap even when it is much.
import type { Pool } from '../../db/pool.ts';
import type { OutboxFigures } from './relay-metrics.ts';

/** Asks once. Counts end at 100,000. */
export async function readOutboxFigures(pool: Pool): Promise<OutboxFigures> {
  const { rows } = await pool.query<{ pending: number; oldest: number | null; retrying: number; failed: number }>(
    `select (select count(*) from (select from outbox_events where status = 'pending' limit 100000) found) as pending,
       (select extract(epoch from clock_timestamp() - created_at)::float8 from outbox_events where status = 'pending' order by id limit 1) as oldest,
       count(*) filter (where status = 'pending') as retrying, count(*) filter (where status = 'failed') as failed
     from (select status from outbox_events where status = 'failed' or (status = 'pending' and next_attempt_at is not null) limit 100000) holding`,
  );
  const { pending = 0, oldest, retrying = 0, failed = 0 } = rows[0] ?? {};
  return { pending, oldestPendingSeconds: Math.max(0, oldest ?? 0), retrying, failed };
}
