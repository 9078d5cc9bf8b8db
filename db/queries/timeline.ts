// Reads a contact's timeline: pages by the time things happened, and a stream by the order in which they became visible, which passes over nothing.

import type { KeysOf } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';
import { openEvents } from './open-sealed-parts.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';
import { bind, where } from './read-state.ts';

/** One entry; `data` is the event's, personal fields opened. Times are ISO 8601. */
export type TimelineEntry = {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly category: string;
  readonly title: string;
  readonly priority: string;
  readonly visibleToClient: boolean;
  readonly visibleToAgent: boolean;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly data: unknown;
  readonly erased: boolean;
  readonly occurredAt: string;
};

/** Where a stream stands; text of the form `<transaction>-<position>`. */
export type StreamPosition = string;

type TimelineRow = Omit<TimelineEntry, 'data' | 'erased' | 'occurredAt' | 'aggregateType' | 'aggregateId'> & {
  readonly payload: unknown;
  readonly occurredAt: Date;
  readonly occurredText: string;
  readonly streamPosition: string;
};

const columns = `id, event_id as "eventId", event_type as "eventType", category, title, priority, visible_to_client as "visibleToClient",
  visible_to_agent as "visibleToAgent", payload, occurred_at as "occurredAt",
  to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "occurredText", transaction_id || '-' || position as "streamPosition"`;

/** A page of the timeline, the latest first. */
export async function listTimeline(
  tx: Tx,
  keysOf: KeysOf,
  contactId: string,
  filter: { readonly category?: string | undefined },
  page: PageRequest,
): Promise<Page<TimelineEntry>> {
  const [time, id] = page.cursor === undefined ? [] : decodeCursor(page.cursor, ['time', 'uuid']);
  const { sql, values } = bind([
    where('tenant_id = ? and contact_id = ?', tx.tenantId, contactId),
    ...(filter.category ? [where('category = ?', filter.category)] : []),
    ...(time === undefined ? [] : [where('(occurred_at, id) < (?::timestamptz, ?::uuid)', time, id)]),
  ]);
  const { rows } = await tx.query<TimelineRow>(
    `select ${columns} from contact_events where ${sql} order by occurred_at desc, id desc limit ${page.limit + 1}`,
    values,
  );
  const cut = toPage(rows, page.limit, (row) => [row.occurredText, row.id]);
  return { data: await entriesOf(tx, keysOf, cut.data), nextCursor: cut.nextCursor };
}

/** The position from which a new stream begins: everything that is not visible yet. */
export async function streamStart(tx: Tx): Promise<StreamPosition> {
  const { rows } = await tx.query<{ start: string }>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text || '-0' as start`,
  );
  return rows[0]?.start ?? '0-0';
}

/** Reads a position; undefined for what is not one. */
export function parseStreamPosition(text: string): StreamPosition | undefined {
  return /^\d{1,19}-\d{1,18}$/.test(text) ? text : undefined;
}

/** What became visible after `position`, in that order, each with the position that resumes behind it. */
export async function readStream(
  tx: Tx,
  keysOf: KeysOf,
  contactId: string,
  position: StreamPosition,
  limit = 100,
): Promise<{ readonly position: StreamPosition; readonly entry: TimelineEntry }[]> {
  const [transaction, number] = position.split('-');
  // A transaction that is still open could show an entry before these: what is behind it waits.
  const { rows } = await tx.query<TimelineRow>(
    `select ${columns} from contact_events
     where tenant_id = $1 and contact_id = $2 and (transaction_id, position) > ($3::text::xid8, $4::bigint)
       and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
     order by transaction_id, position limit ${limit}`,
    [tx.tenantId, contactId, transaction, number],
  );
  const entries = await entriesOf(tx, keysOf, rows);
  return entries.map((entry, index) => ({ position: rows[index]?.streamPosition ?? position, entry }));
}

async function entriesOf(tx: Tx, keysOf: KeysOf, rows: readonly TimelineRow[]): Promise<TimelineEntry[]> {
  const told = rows.map(
    ({ payload }) => payload as Partial<Pick<TimelineEntry, 'aggregateType' | 'aggregateId' | 'data'>>,
  );
  const sealed = rows.map(({ eventType: type }, index) => {
    const { aggregateId = '', data } = told[index] ?? {};
    return { aggregateId, type, data };
  });
  const opened = await openEvents(keysOf(tx), sealed);
  return rows.map((row, index) => {
    const { payload: _, occurredAt, occurredText: __, streamPosition: ___, ...entry } = row;
    const { aggregateType = '', aggregateId = '' } = told[index] ?? {};
    const { data = {}, erased = false } = opened[index] ?? {};
    return { ...entry, aggregateType, aggregateId, data, erased, occurredAt: occurredAt.toISOString() };
  });
}
