// Reads one aggregate's events as the event store keeps them, in their order, each in the current version, personal fields opened.
import { openEvents } from '../queries/open-sealed-parts.ts';
import { readEvent } from '../read-event.ts';
import type { TenantKeys } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';

/** One of them. `erased`: personal fields were destroyed and are null. */
export type ReadEvent = {
  readonly id: string;
  readonly sequence: number;
  readonly type: string;
  readonly version: number;
  readonly data: unknown;
  readonly occurredAt: Date;
  readonly causationId: string;
  readonly correlationId: string;
  readonly erased: boolean;
};

type StoredEvent = Omit<ReadEvent, 'version' | 'erased'> & { readonly aggregateId: string; readonly version: string };

/** Of which aggregate. */
export type EventStream = { readonly aggregateType: string; readonly id: string };

/** Which of its events: those after `after`, up to and with `upTo`, at most `limit`. */
export type EventRange = { readonly after: number; readonly upTo: number | null; readonly limit: number };

const columns = `id, aggregate_id as "aggregateId", sequence_number as sequence, event_type as type, event_version as version, event_data as data,
  occurred_at as "occurredAt", causation_id as "causationId", correlation_id as "correlationId"`;

/** The next of one aggregate. */
export async function readEvents(
  tx: Tx,
  keys: TenantKeys,
  { aggregateType, id }: EventStream,
  { after, upTo, limit }: EventRange,
): Promise<ReadEvent[]> {
  const { rows } = await tx.query<StoredEvent>(
    `select ${columns} from event_store
     where tenant_id = $1 and aggregate_type = $2 and aggregate_id = $3 and sequence_number > $4 and ($5::bigint is null or sequence_number <= $5)
     order by sequence_number limit $6`,
    [tx.tenantId, aggregateType, id, after, upTo, limit],
  );
  return opened(keys, rows);
}

/** All of many aggregates, by aggregate. */
export async function readAllEvents(
  tx: Tx,
  keys: TenantKeys,
  aggregateType: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly ReadEvent[]>> {
  const { rows } = await tx.query<StoredEvent>(
    `select ${columns} from event_store where tenant_id = $1 and aggregate_type = $2 and aggregate_id = any($3::uuid[])
     order by aggregate_id, sequence_number`,
    [tx.tenantId, aggregateType, ids],
  );
  const events = await opened(keys, rows);
  const streams = new Map<string, ReadEvent[]>(ids.map((id) => [id, []]));
  for (const [index, { aggregateId }] of rows.entries()) {
    const event = events[index];
    if (event) streams.get(aggregateId)?.push(event);
  }
  return streams;
}

/**
 * The sequence up to which all had happened by `moment`, among the events after `after`; null: all of them had. Clocks differ: one that was
 * decided after another may say an earlier moment, and does not count before that other.
 */
export async function sequenceAt(
  tx: Tx,
  { aggregateType, id }: EventStream,
  after: number,
  moment: Date,
): Promise<number | null> {
  const { rows } = await tx.query<{ sequence: number }>(
    `select sequence_number - 1 as sequence from event_store
     where tenant_id = $1 and aggregate_type = $2 and aggregate_id = $3 and sequence_number > $4 and occurred_at > $5
     order by sequence_number limit 1`,
    [tx.tenantId, aggregateType, id, after, moment],
  );
  return rows[0]?.sequence ?? null;
}

async function opened(keys: TenantKeys, rows: readonly StoredEvent[]): Promise<ReadEvent[]> {
  const current = rows.map(({ version, ...row }) => readEvent({ ...row, version: Number(version.slice(1)) }));
  const plain = await openEvents(keys, current);
  return current.map(({ aggregateId: _, ...event }, index) => ({ ...event, ...(plain[index] ?? { erased: false }) }));
}
