// Reads the outbox as the log it is: events by type, aggregate, correlation and time. Personal fields are opened on read.
import type { KeysOf } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';
import { openEvents } from './open-sealed-parts.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';
import { bind, where } from './read-state.ts';

/** What `status` of an event can be. */
export const outboxStatuses = ['pending', 'processed', 'failed', 'discarded'] as const;

/** Which saga's step wrote an event. */
export type SagaOfEvent = {
  readonly correlationId: string;
  readonly sagaType: string;
  readonly sagaStep: string;
  readonly stepNumber: number;
};

/** One event of the log. Times are ISO 8601. */
export type OutboxEventView = {
  readonly id: string;
  readonly type: string;
  readonly version: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly saga: SagaOfEvent | null;
  readonly data: unknown;
  readonly erased: boolean;
  readonly status: string;
  readonly retryCount: number;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly processedAt: string | null;
  readonly position: number;
};

const iso = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const columns = `event_id as id, event_type as type, event_version as version, aggregate_type as "aggregateType", aggregate_id as "aggregateId",
  aggregate_sequence as sequence, correlation_id as "correlationId",
  metadata ->> 'causation_id' as "causationId", case when metadata ? 'saga_type' then jsonb_build_object('correlationId', metadata -> 'correlation_id',
    'sagaType', metadata -> 'saga_type', 'sagaStep', metadata -> 'saga_step', 'stepNumber', metadata -> 'step_number') end as saga, event_data as data, status, retry_count as "retryCount",
  last_error as "lastError", ${iso('created_at')} as "createdAt", ${iso('processed_at')} as "processedAt", o.id as position`;

/** What the log can be narrowed to; `from` and `to` are moments, `to` not included. */
export type OutboxFilter = {
  readonly status?: string | undefined;
  readonly type?: string | undefined;
  readonly aggregateId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

/** A page of events, in the order in which they were written, or the last ones first. */
export async function listOutboxEvents(
  tx: Tx,
  keysOf: KeysOf,
  filter: OutboxFilter,
  page: PageRequest,
  order: 'asc' | 'desc',
): Promise<Page<OutboxEventView>> {
  const [position] = page.cursor === undefined ? [] : decodeCursor(page.cursor, ['number']);
  const { sql, values } = bind([
    where('tenant_id = ?', tx.tenantId),
    ...(filter.status ? [where('status = ?', filter.status)] : []),
    ...(filter.type ? [where('event_type = ?', filter.type)] : []),
    ...(filter.aggregateId ? [where('aggregate_id = ?', filter.aggregateId)] : []),
    ...(filter.correlationId ? [where('correlation_id = ?', filter.correlationId)] : []),
    ...(filter.from ? [where('created_at >= ?', filter.from)] : []),
    ...(filter.to ? [where('created_at < ?', filter.to)] : []),
    ...(position === undefined ? [] : [where(order === 'asc' ? 'o.id > ?' : 'o.id < ?', position)]),
  ]);
  const { rows } = await tx.query<Omit<OutboxEventView, 'erased'>>(
    `select ${columns} from outbox_events o where ${sql} order by o.id ${order} limit ${page.limit + 1}`,
    values,
  );
  const cut = toPage(rows, page.limit, (row) => [row.position]);
  const opened = await openEvents(keysOf(tx), cut.data);
  const data = cut.data.map((row, index): OutboxEventView => ({ ...row, erased: false, ...opened[index] }));
  return { data, nextCursor: cut.nextCursor };
}
