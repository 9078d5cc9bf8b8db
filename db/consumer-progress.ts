// How far a consumer has got with the log: the oldest event that is still on its way to it, found without reading what is done with.
import type { Tx } from './transaction.ts';

/** A statement draws a position before its transaction has an id, but no statement lasts so long. */
const drawing = `interval '5 seconds'`;
/** So many positions are looked at in one step of the mark. */
const stride = 20_000;

/** Neither taken effect nor parked nor given up: $1 is the consumer, `event` the row. */
const isOpen = `event.status in ('pending', 'processed')
  and not exists (select from processed_events done where done.consumer_name = $1 and done.event_id = event.event_id)
  and not exists (select from consumer_failures dead where dead.consumer_name = $1 and dead.event_id = event.event_id and dead.dead_at is not null)
  and not exists (select from parked_events parked where parked.consumer_name = $1 and parked.aggregate_id = event.aggregate_id
    and parked.sequence = event.aggregate_sequence)`;

/** When the oldest event came up that is on its way to the consumer, or waits for the relay; null: none does. Of the tenant, or of all as app_system. */
export async function oldestOpen(tx: Tx, consumer: string): Promise<Date | null> {
  const { rows } = await tx.query<{ at: Date | null }>(
    `select min(first.created_at) as at
     from consumer_status status cross join tenants tenant cross join lateral (
       select event.created_at from outbox_events event
       where event.tenant_id = tenant.tenant_id and event.event_type = any(status.event_types)
         and event.id > least(status.done_up_to, (select min(id) - 1 from outbox_events where status = 'pending')) and ${isOpen}
       order by event.id limit 1) first
     where status.consumer_name = $1`,
    [consumer],
  );
  return rows[0]?.at ?? null;
}

/**
 * Moves the horizon on, behind which no event can commit any more: a position is passed once every transaction is over that could have drawn one up to it.
 * Called again and again; each call may do a part. For the role app_system.
 */
export async function moveHorizon(tx: Tx): Promise<void> {
  const isSettled = 'coalesce(horizon.transaction_id <= pg_snapshot_xmin(pg_current_snapshot()), false)';
  await tx.query(
    `with drawn as materialized (select case when is_called then last_value else 0 end as up_to from outbox_events_id_seq)
     update log_horizon horizon set
       position = case when ${isSettled} then next_position else position end,
       next_position = case when ${isSettled} then drawn.up_to else next_position end,
       drawn_at = case when ${isSettled} then clock_timestamp() else drawn_at end,
       transaction_id = case when ${isSettled} then null when transaction_id is null and drawn_at < clock_timestamp() - ${drawing}
         then pg_snapshot_xmax(pg_current_snapshot()) else transaction_id end
     from drawn`,
  );
}

/** Moves the mark on over what is done with, a stretch of the log at most and never past the horizon; answers whether there may be more. For the role app_system. */
export async function advanceMark(tx: Tx, consumer: string): Promise<boolean> {
  const { rows } = await tx.query<{ moved: number }>(
    `with mark as (select done_up_to, event_types, least(done_up_to + $2, (select position from log_horizon)) as up_to
       from consumer_status where consumer_name = $1),
     open as (
       select min(first.id) as id from mark cross join tenants tenant cross join lateral (
         select event.id from outbox_events event
         where event.tenant_id = tenant.tenant_id and event.id > mark.done_up_to and event.id <= mark.up_to
           and (event.status = 'pending' or (event.event_type = any(mark.event_types) and ${isOpen}))
         order by event.id limit 1) first)
     update consumer_status status set done_up_to = least(open.id - 1, mark.up_to)
     from mark, open where status.consumer_name = $1 and least(open.id - 1, mark.up_to) > mark.done_up_to
     returning status.done_up_to - mark.done_up_to as moved`,
    [consumer, stride],
  );
  return (rows[0]?.moved ?? 0) > stride / 2;
}

/** A stretch of a tenant's log that was looked at, and the first event in it that is still open. Both null: there is no more. */
export type Stretch = { readonly lastId: number | null; readonly openId: number | null; readonly count: number };

/** Looks whether the sent events of a tenant between two positions have all come to their end. */
export async function settledStretch(
  tx: Tx,
  consumer: string,
  range: {
    readonly tenantId: string;
    readonly after: number;
    readonly upTo: number;
    readonly types: readonly string[];
  },
): Promise<Stretch> {
  const { rows } = await tx.query<Stretch>(
    `select max(event.id) as "lastId", min(event.id) filter (where event.status = 'processed' and ${isOpen}) as "openId", count(*) as count
     from (select * from outbox_events where tenant_id = $2 and id > $3 and id <= $4 and event_type = any($5) order by id limit 2000) event`,
    [consumer, range.tenantId, range.after, range.upTo, range.types],
  );
  return rows[0] ?? { lastId: null, openId: null, count: 0 };
}
