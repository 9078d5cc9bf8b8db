// A claim (processed_events) has to outlive every way in which its event could come again: it goes only after the event itself has left the outbox.
import type { Pool } from './pool.ts';
import { inSystem } from './transaction.ts';

const rowsABatch = 5_000;
const atMostMs = 60_000;

/**
 * Deletes claims of events that are older than the retention and than every partition of the outbox; answers how many. Found by the key alone: an event's id
 * begins with its time.
 */
export async function forgetOldClaims(pool: Pool, keepDays: number): Promise<number> {
  const stopAt = performance.now() + atMostMs;
  let forgotten = 0;
  for (let more = true; more && performance.now() < stopAt; ) {
    const { rowCount } = await inSystem(pool, (tx) =>
      tx.query(
        `with recursive oldest as (
           select least(min(from_at), clock_timestamp() - make_interval(days => $1)) as moment from outbox_partitions),
         names as (
           (select consumer_name as name from processed_events order by 1 limit 1)
           union all
           select (select consumer_name from processed_events where consumer_name > name order by 1 limit 1) from names where name is not null),
         old as (
           select name, claim.event_id from oldest, names, lateral (
             select event_id from processed_events
             where consumer_name = name and processed_at < oldest.moment
               and event_id < rpad(lpad(to_hex((extract(epoch from oldest.moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
             order by event_id limit $2) claim
           limit $2)
         delete from processed_events using old where consumer_name = old.name and processed_events.event_id = old.event_id`,
        [keepDays, rowsABatch],
      ),
    );
    forgotten += rowCount ?? 0;
    more = rowCount === rowsABatch;
  }
  return forgotten;
}
