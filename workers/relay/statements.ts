// The relay's SQL: prepared statements of one round trip each, for the role app_system. The order of columns is that of toEvent in postgres-ports.ts.
const columns = `id, event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, tenant_id, project_id, correlation_id,
  created_at::text as created_at, partition_key, retry_count, discarded_at is not null as skip, metadata::text as metadata, event_data::text as data`;
const names =
  'id, event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, tenant_id, project_id, correlation_id, created_at, partition_key, retry_count, skip, metadata, data';
/** Cells of an event; what a statement tells besides comes after them. */
export const columnCount = names.split(',').length;

/** One prepared statement; rows come as arrays, which costs less than objects. */
export type Statement = { readonly name: string; readonly text: string };

// Materialized, and in the index's own order: else a plan that was made while a month was empty reads all of it in the order of its aggregates for ever.
// The owned partitions as a mask: an array would be looked up one by one in every month.
const held = `with held as materialized (
  select aggregate_id, partition_key, id, status, next_attempt_at from outbox_events
  where (status = 'failed' or (status = 'pending' and next_attempt_at is not null)) and ($1::bigint >> partition_key) & 1 = 1
  order by partition_key, id)`;

/** All of them, by what they do. */
export const relayStatements = {
  // Left join: the snapshot is told even when there is nothing to read. `not in (select unnest)` is hashed, `<> all` of a parameter would not be.
  pending: {
    name: 'relay_pending',
    // An id of its own, drawn after the snapshot was taken, is above those of all transactions that had drawn a position by then.
    text: `select ${names}, pg_snapshot_xmin(snapshot)::text, (select case when $6 then pg_current_xact_id()::text end)
      from pg_current_snapshot() snapshot left join lateral (
        select ${columns} from outbox_events
        where status = 'pending' and id > $1 and ($2::bigint >> partition_key) & 1 = 1 and next_attempt_at is null
          and id not in (select unnest($3::bigint[])) and aggregate_id not in (select unnest($4::uuid[]))
        order by id limit $5) event on true`,
  },
  holding: {
    name: 'relay_holding',
    text: `${held} select aggregate_id, partition_key, min(id) from held group by aggregate_id, partition_key`,
  },
  due: {
    name: 'relay_due',
    text: `${held} select aggregate_id, partition_key, min(id) from held where status = 'pending' and next_attempt_at <= clock_timestamp()
      group by aggregate_id, partition_key order by min(id) limit 500`,
  },
  aggregate: {
    name: 'relay_aggregate',
    text: `select ${columns}, status, extract(epoch from next_attempt_at - clock_timestamp()) * 1000 as wait_ms
      from outbox_events where aggregate_id = $1 and status in ('pending', 'failed') order by aggregate_sequence limit $2`,
  },
  // Each row is found by its key. `status in (…)`, and not `= 'pending'`: else, on a table that was analyzed while nothing waited, the index of what
  // is pending seems to be the cheapest, and every mark reads the whole backlog. Partition and fence in one number, so that 500 rows are checked against an array of 64 instead of joined with a table.
  sent: {
    name: 'relay_sent',
    text: `update outbox_events event set status = case when event.discarded_at is null then 'processed' else 'discarded' end,
        processed_at = clock_timestamp(), next_attempt_at = null
      from unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) as sent (event_id, created_at, lease)
      where event.event_id = sent.event_id and event.created_at = sent.created_at and event.status in ('pending', 'processing')
        and sent.lease = any (array(select fence * 64 + partition_key from relay_leases where owner = $4))`,
  },
  failed: {
    name: 'relay_failed',
    text: `update outbox_events event set retry_count = retry_count + 1, last_error = $6, last_retry_at = clock_timestamp(),
        status = case when $7 then 'failed' else 'pending' end,
        next_attempt_at = case when $7 then null else clock_timestamp() + $8 * interval '1 millisecond' end
      from relay_leases lease
      where event.event_id = $1 and event.created_at = $2 and event.status in ('pending', 'processing')
        and lease.partition_key = $3 and lease.fence = $4 and lease.owner = $5`,
  },
} satisfies Record<string, Statement>;

/** A relay's sessions have these: its plans never fall back to scanning or hashing a table that was empty when they were made. */
export const relayPlanSettings = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_material: 'off',
  plan_cache_mode: 'force_generic_plan',
  jit: 'off',
};
