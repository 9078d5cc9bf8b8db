// Reads the store of gateway events: what came, and what became of it. Bodies are read by intake/raw-events.ts alone.
import type { Tx } from '../transaction.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';
import { bind, where } from './read-state.ts';

/** What `status` of a stored event can be. */
export const rawEventStatuses = [
  'stored',
  'started',
  'waiting',
  'processed',
  'duplicate',
  'ignored',
  'compensated',
  'failed',
] as const;

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

const iso = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const columns = `id, channel_id as "channelId", arrival, gateway_event_id as "gatewayEventId", event_name as "eventName", kind,
  message_key as "messageKey", status, workflow_id as "workflowId", run_number as "runNumber", attempts, last_error as "lastError",
  contact_id as "contactId", body_key is not null as "hasBody", ${iso('received_at')} as "receivedAt", ${iso('settled_at')} as "settledAt"`;

/** What the list can be narrowed to. */
export type RawEventFilter = {
  readonly status?: string | undefined;
  readonly kind?: string | undefined;
  readonly channelId?: string | undefined;
  readonly messageKey?: string | undefined;
};

/** A page of stored events, the last arrived first. */
export async function listRawEvents(tx: Tx, filter: RawEventFilter, page: PageRequest): Promise<Page<RawEventView>> {
  const [arrival] = page.cursor === undefined ? [] : decodeCursor(page.cursor, ['number']);
  const { sql, values } = bind([
    where('tenant_id = ?', tx.tenantId),
    ...(filter.status ? [where('status = ?', filter.status)] : []),
    ...(filter.kind ? [where('kind = ?', filter.kind)] : []),
    ...(filter.channelId ? [where('channel_id = ?', filter.channelId)] : []),
    ...(filter.messageKey ? [where('message_key = ?', filter.messageKey)] : []),
    ...(arrival === undefined ? [] : [where('arrival < ?', arrival)]),
  ]);
  const { rows } = await tx.query<RawEventView>(
    `select ${columns} from raw_events where ${sql} order by arrival desc limit ${page.limit + 1}`,
    values,
  );
  return toPage(rows, page.limit, (row) => [row.arrival]);
}

/** One stored event; undefined when the tenant has none of this id. */
export async function findRawEvent(tx: Tx, id: string): Promise<RawEventView | undefined> {
  const { rows } = await tx.query<RawEventView>(`select ${columns} from raw_events where tenant_id = $1 and id = $2`, [
    tx.tenantId,
    id,
  ]);
  return rows[0];
}
