// Reads the outbox as the log it is: events by type, aggregate, correlation and time. Personal fields are opened on read.
import { and, asc, desc, gt, lt, sql } from 'drizzle-orm';
import { outboxEvents, type outboxStatuses } from '../schema/outbox.ts';
import type { KeysOf } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';
import { equal, ofTenant } from './conditions.ts';
import { isoMillis } from './iso-text.ts';
import { openEvents } from './open-sealed-parts.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';

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
  readonly status: (typeof outboxStatuses)[number];
  readonly retryCount: number;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly processedAt: string | null;
  readonly position: number;
};

const { metadata } = outboxEvents;
const columns = {
  id: outboxEvents.eventId,
  type: outboxEvents.eventType,
  version: outboxEvents.eventVersion,
  aggregateType: outboxEvents.aggregateType,
  aggregateId: outboxEvents.aggregateId,
  sequence: outboxEvents.aggregateSequence,
  correlationId: outboxEvents.correlationId,
  causationId: sql<string | null>`${metadata} ->> 'causation_id'`,
  saga: sql<SagaOfEvent | null>`case when ${metadata} ? 'saga_type' then
    jsonb_build_object('correlationId', ${metadata} -> 'correlation_id', 'sagaType', ${metadata} -> 'saga_type',
      'sagaStep', ${metadata} -> 'saga_step', 'stepNumber', ${metadata} -> 'step_number') end`,
  data: outboxEvents.eventData,
  status: outboxEvents.status,
  retryCount: outboxEvents.retryCount,
  lastError: outboxEvents.lastError,
  createdAt: isoMillis<string>(outboxEvents.createdAt),
  processedAt: isoMillis<string | null>(outboxEvents.processedAt),
  position: outboxEvents.id,
};

/** What the log can be narrowed to; `from` and `to` are moments, `to` not included. */
export type OutboxFilter = {
  readonly status?: OutboxEventView['status'] | undefined;
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
  const { id, createdAt } = outboxEvents;
  const rows: Omit<OutboxEventView, 'erased'>[] = await tx.db
    .select(columns)
    .from(outboxEvents)
    .where(
      and(
        ofTenant(tx, outboxEvents),
        equal(outboxEvents.status, filter.status),
        equal(outboxEvents.eventType, filter.type),
        equal(outboxEvents.aggregateId, filter.aggregateId),
        equal(outboxEvents.correlationId, filter.correlationId),
        // As text: PostgreSQL reads more digits of a moment than a Date holds.
        filter.from ? sql`${createdAt} >= ${filter.from}` : undefined,
        filter.to ? sql`${createdAt} < ${filter.to}` : undefined,
        position === undefined ? undefined : (order === 'asc' ? gt : lt)(id, Number(position)),
      ),
    )
    .orderBy(order === 'asc' ? asc(id) : desc(id))
    .limit(page.limit + 1);
  const cut = toPage(rows, page.limit, (row) => [row.position]);
  const opened = await openEvents(keysOf(tx), cut.data);
  const data = cut.data.map((row, index): OutboxEventView => ({ ...row, erased: false, ...opened[index] }));
  return { data, nextCursor: cut.nextCursor };
}
