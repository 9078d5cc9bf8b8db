// Reads the store of gateway events: what came, and what became of it. Bodies are read by intake/raw-events.ts alone.
import { and, desc, eq, isNotNull, lt, sql } from 'drizzle-orm';
import { type rawEventStatuses, rawEvents } from '../schema/intake.ts';
import type { Tx } from '../transaction.ts';
import { equal, ofTenant } from './conditions.ts';
import { isoMillis } from './iso-text.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';

/** One stored event without its body. Times are ISO 8601. */
export type RawEventView = {
  readonly id: string;
  readonly channelId: string;
  readonly arrival: number;
  readonly gatewayEventId: string;
  readonly eventName: string;
  readonly kind: string;
  readonly messageKey: string | null;
  readonly status: (typeof rawEventStatuses)[number];
  readonly workflowId: string | null;
  readonly runNumber: number;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly contactId: string | null;
  readonly hasBody: boolean;
  readonly receivedAt: string;
  readonly settledAt: string | null;
};

const columns = {
  id: rawEvents.id,
  channelId: rawEvents.channelId,
  arrival: rawEvents.arrival,
  gatewayEventId: rawEvents.gatewayEventId,
  eventName: rawEvents.eventName,
  kind: rawEvents.kind,
  messageKey: rawEvents.messageKey,
  status: rawEvents.status,
  workflowId: rawEvents.workflowId,
  runNumber: rawEvents.runNumber,
  attempts: rawEvents.attempts,
  lastError: rawEvents.lastError,
  contactId: rawEvents.contactId,
  hasBody: sql<boolean>`${isNotNull(rawEvents.bodyKey)}`,
  receivedAt: isoMillis<string>(rawEvents.receivedAt),
  settledAt: isoMillis<string | null>(rawEvents.settledAt),
};

/** What the list can be narrowed to. */
export type RawEventFilter = {
  readonly status?: RawEventView['status'] | undefined;
  readonly kind?: string | undefined;
  readonly channelId?: string | undefined;
  readonly messageKey?: string | undefined;
};

/** A page of stored events, the last arrived first. */
export async function listRawEvents(tx: Tx, filter: RawEventFilter, page: PageRequest): Promise<Page<RawEventView>> {
  const [arrival] = page.cursor === undefined ? [] : decodeCursor(page.cursor, ['number']);
  const rows: RawEventView[] = await tx.db
    .select(columns)
    .from(rawEvents)
    .where(
      and(
        ofTenant(tx, rawEvents),
        equal(rawEvents.status, filter.status),
        equal(rawEvents.kind, filter.kind),
        equal(rawEvents.channelId, filter.channelId),
        equal(rawEvents.messageKey, filter.messageKey),
        arrival === undefined ? undefined : lt(rawEvents.arrival, Number(arrival)),
      ),
    )
    .orderBy(desc(rawEvents.arrival))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => [row.arrival]);
}

/** One stored event; undefined when the tenant has none of this id. */
export async function findRawEvent(tx: Tx, id: string): Promise<RawEventView | undefined> {
  const isIt = and(ofTenant(tx, rawEvents), eq(rawEvents.id, id));
  const rows: RawEventView[] = await tx.db.select(columns).from(rawEvents).where(isIt);
  return rows[0];
}
