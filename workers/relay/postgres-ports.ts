// The relay's ports on PostgreSQL: leases by one function a beat, the outbox by prepared statements of one round trip each.
import { createPool, type Pool } from '../../db/pool.ts';
import type { LeasePort, OutboxPort, PendingEvent } from './ports.ts';

const columns = `id, event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, tenant_id, project_id, correlation_id,
  created_at::text as created_at, partition_key, retry_count, discarded_at is not null as skip, metadata::text as metadata, event_data::text as data`;
const names =
  'id, event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, tenant_id, project_id, correlation_id, created_at, partition_key, retry_count, skip, metadata, data';
const columnCount = names.split(',').length;

type Cells = unknown[];

/** One prepared statement; rows come as arrays, which costs less than objects. */
type Statement = { readonly name: string; readonly text: string };

const statements = {
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
    text: `select aggregate_id, partition_key, min(id) from outbox_events
      where (status = 'failed' or (status = 'pending' and next_attempt_at is not null)) and partition_key = any($1::smallint[])
      group by aggregate_id, partition_key`,
  },
  due: {
    name: 'relay_due',
    text: `select aggregate_id, partition_key, min(id) from outbox_events
      where (status = 'failed' or (status = 'pending' and next_attempt_at is not null)) and status = 'pending' and next_attempt_at <= clock_timestamp()
        and partition_key = any($1::smallint[])
      group by aggregate_id, partition_key order by min(id) limit 500`,
  },
  aggregate: {
    name: 'relay_aggregate',
    text: `select ${columns}, status, extract(epoch from next_attempt_at - clock_timestamp()) * 1000 as wait_ms
      from outbox_events where aggregate_id = $1 and status in ('pending', 'failed') order by aggregate_sequence limit $2`,
  },
  // Partition and fence in one number, so that 500 rows are checked against an array of 64 instead of joined with a table.
  sent: {
    name: 'relay_sent',
    text: `update outbox_events event set status = case when event.discarded_at is null then 'processed' else 'discarded' end,
        processed_at = clock_timestamp(), next_attempt_at = null
      from unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) as sent (event_id, created_at, lease)
      where event.event_id = sent.event_id and event.created_at = sent.created_at and event.status = 'pending'
        and sent.lease = any (array(select fence * 64 + partition_key from relay_leases where owner = $4))`,
  },
  failed: {
    name: 'relay_failed',
    text: `update outbox_events event set retry_count = retry_count + 1, last_error = $6, last_retry_at = clock_timestamp(),
        status = case when $7 then 'failed' else 'pending' end,
        next_attempt_at = case when $7 then null else clock_timestamp() + $8 * interval '1 millisecond' end
      from relay_leases lease
      where event.event_id = $1 and event.created_at = $2 and event.status = 'pending'
        and lease.partition_key = $3 and lease.fence = $4 and lease.owner = $5`,
  },
} satisfies Record<string, Statement>;

const planSettings = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  plan_cache_mode: 'force_generic_plan',
  jit: 'off',
};

/** A pool for a relay alone: its plans never fall back to scanning or hashing a table that was empty when they were made. */
export function createRelayPool(url: string, name: string, onIdleError: (error: Error) => void): Pool {
  return createPool({ url, size: 4, name, onIdleError, settings: planSettings });
}

async function run(pool: Pool, { name, text }: Statement, values: unknown[]): Promise<Cells[]> {
  const { rows } = await pool.query<Cells>({ name, text, values, rowMode: 'array' });
  return rows;
}

/** Leases for one process; `processId` names it until it leaves. */
export function createLeasePort(pool: Pool, processId: string, processName: string, leaseMs = 4_500): LeasePort {
  return {
    leaseMs,
    beat: async (drained) => {
      const { rows } = await pool.query<{
        owned: number[];
        fences: (number | string)[];
        surplus: number[];
        processes: number;
        next_expiry_ms: number;
      }>('select * from relay_beat($1, $2, $3, $4)', [processId, processName, leaseMs, drained]);
      const [row] = rows;
      if (!row) throw new Error('relay_beat answered nothing');
      return {
        owned: new Map(row.owned.map((partition, index) => [partition, Number(row.fences[index])])),
        surplus: row.surplus,
        processes: row.processes,
        nextExpiryMs: row.next_expiry_ms,
      };
    },
    leave: async () => {
      await pool.query('select relay_leave($1)', [processId]);
    },
  };
}

/** The outbox of all tenants, as the role app_system sees it. */
export function createOutboxPort(pool: Pool, processId: string): OutboxPort {
  const refs = (rows: Cells[]) =>
    rows.map(([aggregateId, partition, id]) => ({
      aggregateId: String(aggregateId),
      partition: Number(partition),
      id: Number(id),
    }));
  return {
    readPending: async ({ after, partitions, except, heldAggregates, limit, wantsNewest }) => {
      const values = [after, maskOf(partitions), except, heldAggregates, limit, wantsNewest];
      const rows = await run(pool, statements.pending, values);
      const snapshot = rows[0] ?? [];
      return {
        events: rows.filter(([id]) => id !== null).map(toEvent),
        oldestOpen: Number(snapshot[columnCount]),
        newest: wantsNewest ? Number(snapshot[columnCount + 1]) : null,
      };
    },
    readHolding: async (partitions) => refs(await run(pool, statements.holding, [partitions])),
    readDue: async (partitions) => refs(await run(pool, statements.due, [partitions])),
    readAggregate: async (aggregateId, limit) => {
      const rows = await run(pool, statements.aggregate, [aggregateId, limit]);
      return rows.map((row) => {
        const [status, waitMs] = row.slice(columnCount);
        return {
          event: toEvent(row),
          waitMs: status === 'failed' ? Number.POSITIVE_INFINITY : Math.max(0, Math.ceil(Number(waitMs ?? 0))),
          isSuspect: waitMs !== null,
        };
      });
    },
    markSent: async (batch) => {
      await run(pool, statements.sent, [
        batch.map(({ event }) => event.eventId),
        batch.map(({ event }) => event.createdAt),
        batch.map(({ event, fence }) => fence * 64 + event.partition),
        processId,
      ]);
    },
    markFailedTry: async (event, fence, reason, { waitMs, giveUp }) => {
      const { eventId, createdAt, partition } = event;
      await run(pool, statements.failed, [
        eventId,
        createdAt,
        partition,
        fence,
        processId,
        reason.slice(0, 1_000),
        giveUp,
        waitMs,
      ]);
    },
  };
}

/** Bit n is set for partition n; as PostgreSQL's signed bigint. */
function maskOf(partitions: readonly number[]): string {
  const mask = partitions.reduce((bits, partition) => bits | (1n << BigInt(partition)), 0n);
  return BigInt.asIntN(64, mask).toString();
}

function toEvent(cells: Cells): PendingEvent {
  return {
    id: Number(cells[0]),
    eventId: String(cells[1]),
    aggregateId: String(cells[2]),
    aggregateType: String(cells[3]),
    sequence: Number(cells[4]),
    type: String(cells[5]),
    version: String(cells[6]),
    tenantId: String(cells[7]),
    projectId: cells[8] === null ? null : String(cells[8]),
    correlationId: String(cells[9]),
    createdAt: String(cells[10]),
    partition: Number(cells[11]),
    retryCount: Number(cells[12]),
    skip: cells[13] === true,
    metadata: String(cells[14]),
    data: String(cells[15]),
  };
}
