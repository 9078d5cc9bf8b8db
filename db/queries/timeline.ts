// Reads a contact's timeline: pages by the time things happened, and a stream by the order in which they became visible, which passes over nothing.
import { and, asc, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { eventRow } from '../../domain/catalog.ts';
import { readEvent } from '../read-event.ts';
import { contactEvents } from '../schema/read-models.ts';
import { familySql } from '../stores/contact-lookups.ts';
import type { KeysOf } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';
import { equal, ofTenant } from './conditions.ts';
import { isoMicros } from './iso-text.ts';
import { openEvents } from './open-sealed-parts.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';

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

const { transactionId, position: place, occurredAt } = contactEvents;
const columns = {
  id: contactEvents.id,
  eventId: contactEvents.eventId,
  eventType: contactEvents.eventType,
  category: contactEvents.category,
  title: contactEvents.title,
  priority: contactEvents.priority,
  visibleToClient: contactEvents.visibleToClient,
  visibleToAgent: contactEvents.visibleToAgent,
  payload: contactEvents.payload,
  occurredAt,
  occurredText: isoMicros<string>(occurredAt),
  streamPosition: sql<string>`${transactionId} || '-' || ${place}`,
};

/** Whose entries show in a contact's timeline: its own, and those of the contacts that were merged into it. */
export async function timelineOf(tx: Tx, contactId: string): Promise<readonly string[]> {
  const { rows } = await tx.query<{ id: string }>(familySql('$2'), [tx.tenantId, contactId]);
  return rows.map(({ id }) => id);
}

/** One contact is asked for by its id alone: so its entries come out of the index in their order. */
const ofContacts = (ids: readonly string[]): SQL =>
  ids.length === 1 ? eq(contactEvents.contactId, ids[0] ?? '') : inArray(contactEvents.contactId, [...ids]);

/** A page of the timeline of `contactIds` (timelineOf), the latest first. */
export async function listTimeline(
  tx: Tx,
  keysOf: KeysOf,
  contactIds: readonly string[],
  filter: { readonly category?: string | undefined },
  page: PageRequest,
): Promise<Page<TimelineEntry>> {
  const [time, id] = page.cursor === undefined ? [] : decodeCursor(page.cursor, ['time', 'uuid']);
  const rows: TimelineRow[] = await tx.db
    .select(columns)
    .from(contactEvents)
    .where(
      and(
        ofTenant(tx, contactEvents),
        ofContacts(contactIds),
        equal(contactEvents.category, filter.category),
        time === undefined
          ? undefined
          : sql`(${occurredAt}, ${contactEvents.id}) < (${time}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(desc(occurredAt), desc(contactEvents.id))
    .limit(page.limit + 1);
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
  contactIds: readonly string[],
  position: StreamPosition,
  limit = 100,
): Promise<{ readonly position: StreamPosition; readonly entry: TimelineEntry }[]> {
  const [transaction, last] = position.split('-');
  const rows: TimelineRow[] = await tx.db
    .select(columns)
    .from(contactEvents)
    .where(
      and(
        ofTenant(tx, contactEvents),
        ofContacts(contactIds),
        sql`(${transactionId}, ${place}) > (${transaction}::text::xid8, ${last}::bigint)`,
        // A transaction that is still open could show an entry before these: what is behind it waits.
        sql`${transactionId} < pg_snapshot_xmin(pg_current_snapshot())`,
      ),
    )
    .orderBy(asc(transactionId), asc(place))
    .limit(limit);
  const entries = await entriesOf(tx, keysOf, rows);
  return entries.map((entry, index) => ({ position: rows[index]?.streamPosition ?? position, entry }));
}

type Told = Partial<Pick<TimelineEntry, 'aggregateType' | 'aggregateId' | 'data'>> & { readonly version?: number };

/** What an entry tells, as the current version of its event; one that is newer than this process stays as it is. */
function inCurrentVersion(type: string, told: Told): Told {
  const { version, data } = told;
  if (version === undefined || version >= (eventRow(type)?.version ?? 0)) return told;
  return { ...told, ...readEvent({ type, version, data }) };
}

async function entriesOf(tx: Tx, keysOf: KeysOf, rows: readonly TimelineRow[]): Promise<TimelineEntry[]> {
  const told = rows.map(({ eventType, payload }) => inCurrentVersion(eventType, payload as Told));
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
