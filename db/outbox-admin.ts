// What an operator does with the outbox: count, list, explain, redrive, discard. Inside a tenant (HTTP) or over all (command line).

import { DomainError } from '../domain/kernel/errors.ts';
import { anyOf, conditions } from './conditions.ts';
import type { Tx } from './transaction.ts';

/** Events by state. `pending`: not sent yet; `waiting`: of those, the ones between two tries; `discarding`: their skip marker is on its way. */
export type OutboxCounts = {
  readonly pending: number;
  readonly waiting: number;
  readonly discarding: number;
  readonly failed: number;
  readonly discarded: number;
  readonly oldestPendingAt: string | null;
};

/** Counts what is not simply done: all of it is in small indexes. `tenantId` null: of all tenants the role may see. */
export async function outboxCounts(tx: Tx, tenantId: string | null = null): Promise<OutboxCounts> {
  const { rows } = await tx.query<Record<keyof OutboxCounts, unknown>>(
    `select
       (select count(*) from outbox_events where status = 'pending' and ($1::text is null or tenant_id = $1)) as pending,
       (select count(*) from outbox_events where status = 'pending' and next_attempt_at is not null and discarded_at is null and ($1::text is null or tenant_id = $1)) as waiting,
       (select count(*) from outbox_events where status = 'pending' and next_attempt_at is not null and discarded_at is not null and ($1::text is null or tenant_id = $1)) as discarding,
       (select count(*) from outbox_events where status = 'failed' and ($1::text is null or tenant_id = $1)) as failed,
       (select count(*) from outbox_events where status = 'discarded' and ($1::text is null or tenant_id = $1)) as discarded,
       (select min(created_at) from outbox_events where status = 'pending' and ($1::text is null or tenant_id = $1)) as "oldestPendingAt"`,
    [tenantId],
  );
  const row = rows[0];
  const oldest = row?.oldestPendingAt;
  return {
    pending: Number(row?.pending ?? 0),
    waiting: Number(row?.waiting ?? 0),
    discarding: Number(row?.discarding ?? 0),
    failed: Number(row?.failed ?? 0),
    discarded: Number(row?.discarded ?? 0),
    oldestPendingAt: oldest instanceof Date ? oldest.toISOString() : null,
  };
}

/** An event as an operator sees it: no data, because its personal fields are sealed and nobody's business here. Times are ISO 8601. */
export type OutboxEntry = {
  readonly position: number;
  readonly eventId: string;
  readonly tenantId: string;
  readonly type: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly status: string;
  readonly tries: number;
  readonly lastError: string | null;
  readonly lastTryAt: string | null;
  readonly nextTryAt: string | null;
  readonly correlationId: string;
  readonly createdAt: string;
  readonly processedAt: string | null;
  readonly discardNote: string | null;
};

const entryColumns = `id as position, event_id as "eventId", tenant_id as "tenantId", event_type as type, aggregate_type as "aggregateType",
  aggregate_id as "aggregateId", aggregate_sequence as sequence, status, retry_count as tries, last_error as "lastError", last_retry_at as "lastTryAt",
  next_attempt_at as "nextTryAt", correlation_id as "correlationId", created_at as "createdAt", processed_at as "processedAt", discard_note as "discardNote"`;

/** Which given-up events are meant. Empty: all. */
export type FailedFilter = {
  readonly tenantId?: string;
  readonly eventId?: string;
  readonly aggregateId?: string;
  readonly type?: string | readonly string[];
  /** A part of the last error. */
  readonly reason?: string;
  /** Created before this moment, ISO 8601. */
  readonly createdBefore?: string;
};

/** Given-up events, oldest first. `after`: the position of the last one of the page before. */
export async function listFailed(
  tx: Tx,
  filter: FailedFilter = {},
  page: { readonly after?: number; readonly limit?: number } = {},
): Promise<OutboxEntry[]> {
  const { where, values } = failedWhere(filter);
  const { rows } = await tx.query<Record<string, unknown>>(
    `select ${entryColumns} from outbox_events where ${where} and id > $${values.length + 1} order by id limit $${values.length + 2}`,
    [...values, page.after ?? 0, page.limit ?? 50],
  );
  return rows.map(toEntry);
}

/** What is known of one event, and what it holds back or is held back by. Throws not_found. */
export async function explainEvent(
  tx: Tx,
  eventId: string,
): Promise<OutboxEntry & { readonly explanation: string; readonly heldBack: number }> {
  const { rows } = await tx.query<Record<string, unknown>>(
    `select ${entryColumns} from outbox_events where event_id = $1`,
    [eventId],
  );
  if (!rows[0]) throw new DomainError('not_found', 'There is no such event in the outbox.');
  const entry = toEntry(rows[0]);
  const { rows: others } = await tx.query<{ blocker: string | null; held: number }>(
    `select (select event_id::text from outbox_events where aggregate_id = $1 and aggregate_sequence < $2
               and (status = 'failed' or (status = 'pending' and next_attempt_at is not null)) order by aggregate_sequence limit 1) as blocker,
            (select count(*) from outbox_events where aggregate_id = $1 and aggregate_sequence > $2 and status = 'pending') as held`,
    [entry.aggregateId, entry.sequence],
  );
  const { blocker, held } = others[0] ?? { blocker: null, held: 0 };
  return { ...entry, explanation: explain(entry, blocker), heldBack: Number(held) };
}

function explain(
  { status, tries, lastError, nextTryAt, processedAt, discardNote }: OutboxEntry,
  blocker: string | null,
): string {
  if (status === 'processed') return `Sent at ${processedAt}.`;
  if (status === 'discarded')
    return `Discarded (${discardNote ?? 'no note'}); a skip marker was sent at ${processedAt}.`;
  if (status === 'failed')
    return `Given up after ${tries} tries: ${lastError}. Later events of its aggregate are held back until it is redriven or discarded.`;
  if (discardNote !== null) return 'Discarded; its skip marker is about to be sent.';
  if (nextTryAt !== null) return `Failed ${tries} times (${lastError ?? 'redriven'}); the next try is at ${nextTryAt}.`;
  if (blocker !== null) return `Held back by the earlier event ${blocker} of its aggregate.`;
  return 'Waits to be sent by a relay. If it stays: is the broker there, and does a full queue refuse it (metric outbox_nacked_total)?';
}

/** Gives given-up events all their tries again; answers how many, or with `dryRun` how many it would be. Ring the bell after the commit. */
export async function redriveEvents(
  tx: Tx,
  filter: FailedFilter,
  { dryRun }: { readonly dryRun: boolean },
): Promise<number> {
  const { where, values } = failedWhere(filter);
  if (dryRun) {
    const { rows } = await tx.query<{ count: number }>(
      `select count(*) as count from outbox_events where ${where}`,
      values,
    );
    return Number(rows[0]?.count ?? 0);
  }
  const { rowCount } = await tx.query(
    `update outbox_events set status = 'pending', retry_count = 0, next_attempt_at = clock_timestamp() where ${where}`,
    values,
  );
  return rowCount ?? 0;
}

/** Gives one given-up event up for good: a skip marker goes out in its place, and what it held back follows. Throws not_found, rule_violated. */
export async function discardEvent(tx: Tx, eventId: string, note: string): Promise<void> {
  if (note.trim() === '' || note.length > 500)
    throw new DomainError('validation_failed', 'Say in a note of 1 to 500 characters why the event is discarded.');
  const { rowCount } = await tx.query(
    `update outbox_events set status = 'pending', retry_count = 0, discarded_at = clock_timestamp(), discard_note = $2, next_attempt_at = clock_timestamp()
     where event_id = $1 and status = 'failed'`,
    [eventId, note],
  );
  if (rowCount === 1) return;
  const { status } = await explainEvent(tx, eventId);
  throw new DomainError('rule_violated', `Only a given-up event can be discarded; this one is ${status}.`, {
    rule: 'not_failed',
  });
}

const failedWhere = (filter: FailedFilter) =>
  conditions("status = 'failed'", [
    ['tenant_id = ?', filter.tenantId],
    ['event_id = ?', filter.eventId],
    ['aggregate_id = ?', filter.aggregateId],
    ['event_type = any(?)', anyOf(filter.type)],
    ['position(? in last_error) > 0', filter.reason],
    ['created_at < ?', filter.createdBefore],
  ]);

function toEntry(row: Record<string, unknown>): OutboxEntry {
  const entries = Object.entries(row).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value]);
  return Object.fromEntries(entries) as OutboxEntry;
}
