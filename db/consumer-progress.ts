// How far a consumer has got with the log: the oldest event that is still on its way to it, found without reading what is done with.
import type { Tx } from './transaction.ts';

/** Below this age a position may still be taken by a transaction that has not committed. */
const settledAfter = `interval '30 seconds'`;
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

/** Moves the mark on over what is done with, a stretch of the log at most; answers whether there may be more. For the role app_system. */
export async function advanceMark(tx: Tx, consumer: string): Promise<boolean> {
  const { rows } = await tx.query<{ moved: number }>(
    `with mark as (select done_up_to, event_types from consumer_status where consumer_name = $1),
     open as (
       select min(first.id) as id from mark cross join tenants tenant cross join lateral (
         select event.id from outbox_events event
         where event.tenant_id = tenant.tenant_id and event.id > mark.done_up_to and event.id <= mark.done_up_to + $2
           and (event.created_at > now() - ${settledAfter} or event.status = 'pending' or (event.event_type = any(mark.event_types) and ${isOpen}))
         order by event.id limit 1) first),
     seen as (
       select max(last.id) as id from mark cross join tenants tenant cross join lateral (
         select event.id from outbox_events event
         where event.tenant_id = tenant.tenant_id and event.id > mark.done_up_to and event.id <= mark.done_up_to + $2
           and event.created_at <= now() - ${settledAfter}
         order by event.id desc limit 1) last)
     update consumer_status status set done_up_to = least(open.id - 1, seen.id)
     from mark, open, seen where status.consumer_name = $1 and seen.id is not null and least(open.id - 1, seen.id) > mark.done_up_to
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
