// What an operator does with dead letters: count, list, explain, redrive, discard. The row in consumer_failures is the letter; the queue has a copy.

import { DomainError, violated } from '../domain/kernel/errors.ts';
import { anyOf, conditions } from './conditions.ts';
import { ringConsumerRequests } from './consumer-requests.ts';
import type { Tx } from './transaction.ts';

/** An event that a consumer gave up, without its data. Times are ISO 8601. `inLog`: the log still has it, so that it can be redriven. */
export type DeadLetter = {
  readonly consumer: string;
  readonly eventId: string;
  readonly tenantId: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly attempts: number;
  readonly reason: string;
  readonly firstFailedAt: string;
  readonly deadAt: string;
  readonly inLog: boolean;
};

/** Which letters are meant. Empty: all. */
export type LetterFilter = {
  readonly consumer?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly aggregateId?: string | undefined;
  readonly type?: string | readonly string[] | undefined;
  /** A part of the reason. */
  readonly reason?: string | undefined;
  /** Given up at this moment or later, ISO 8601. */
  readonly since?: string | undefined;
};

const inLog = 'exists (select from outbox_events event where event.event_id = letter.event_id)';
const micros = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const columns = `letter.consumer_name as consumer, letter.event_id as "eventId", letter.tenant_id as "tenantId", letter.event_type as type,
  letter.aggregate_id as "aggregateId", letter.attempts, letter.last_error as reason, ${micros('letter.first_failed_at')} as "firstFailedAt",
  ${micros('letter.dead_at')} as "deadAt", ${inLog} as "inLog"`;

/** Dead letters, oldest first. `after`: deadAt and eventId of the last one of the page before. */
export async function listDeadLetters(
  tx: Tx,
  filter: LetterFilter = {},
  page: { readonly after?: readonly [deadAt: string, eventId: string]; readonly limit?: number } = {},
): Promise<DeadLetter[]> {
  const { where, values } = lettersWhere(filter);
  const [deadAt = null, eventId = null] = page.after ?? [];
  const at = values.length;
  const { rows } = await tx.query<DeadLetter>(
    `select ${columns} from consumer_failures letter
     where ${where} and ($${at + 1}::timestamptz is null or (letter.dead_at, letter.event_id) > ($${at + 1}, $${at + 2}::uuid))
     order by letter.dead_at, letter.event_id limit $${at + 3}`,
    [...values, deadAt, eventId, page.limit ?? 50],
  );
  return rows;
}

/** One letter with what it holds up. Throws not_found. */
export async function explainDeadLetter(
  tx: Tx,
  consumer: string,
  eventId: string,
): Promise<DeadLetter & { readonly heldBack: number; readonly explanation: string }> {
  const [letter] = await listDeadLetters(tx, { consumer, eventId });
  if (!letter) throw new DomainError('not_found', 'This consumer has no such dead letter.');
  const { rows } = await tx.query<{ count: number }>(
    'select count(*) as count from parked_events where consumer_name = $1 and aggregate_id = $2',
    [consumer, letter.aggregateId],
  );
  const heldBack = Number(rows[0]?.count ?? 0);
  const held = heldBack > 0 ? ` ${heldBack} later events of its aggregate wait for it.` : '';
  const way = letter.inLog
    ? 'Redrive it when the cause is gone, or discard it.'
    : 'The log has it no more: it can only be discarded.';
  const explanation = `Given up after ${letter.attempts} attempts: ${letter.reason}.${held} ${way}`;
  return { ...letter, heldBack, explanation };
}

/** Gives letters all their attempts again: the log's event goes to this consumer's queue alone, once more. Answers how many, and how many the log has no more. */
export async function redriveLetters(
  tx: Tx,
  filter: LetterFilter,
  { dryRun }: { readonly dryRun: boolean },
): Promise<{ readonly count: number; readonly gone: number }> {
  const { where, values } = lettersWhere(filter);
  const { rows } = await tx.query<{ count: number; gone: number }>(
    `select count(*) filter (where ${inLog}) as count, count(*) filter (where not ${inLog}) as gone from consumer_failures letter where ${where}`,
    values,
  );
  const found = rows[0] ?? { count: 0, gone: 0 };
  if (dryRun) return found;
  // Attempts first, message after: the other way round the first failure would be the last.
  const { rowCount } = await tx.query(
    `with letters as (
       update consumer_failures letter set attempts = 0, dead_at = null, next_attempt_at = null, first_failed_at = now() where ${where} and ${inLog}
       returning consumer_name, event_id, tenant_id)
     insert into consumer_resends (consumer_name, event_id, tenant_id, skip) select consumer_name, event_id, tenant_id, false from letters
     on conflict (consumer_name, event_id) do update set skip = false, requested_at = now()`,
    values,
  );
  await ringConsumerRequests(tx);
  return { count: rowCount ?? 0, gone: found.gone };
}

/** Redrives one. Throws not_found; rule_violated when the log has it no more. */
export async function redriveLetter(tx: Tx, consumer: string, eventId: string): Promise<void> {
  const { count, gone } = await redriveLetters(tx, { consumer, eventId }, { dryRun: false });
  if (gone > 0) throw violated('not_in_log', 'The log has this event no more: it can only be discarded.');
  if (count === 0) throw new DomainError('not_found', 'This consumer has no such dead letter.');
}

/**
 * Gives one up for good: the event counts as processed by this consumer, and what waits for it goes on: after a skip marker from the log, or, if the log has
 * the event no more, after one that is parked in its place right here. Throws not_found.
 */
export async function discardLetter(tx: Tx, consumer: string, eventId: string, note: string): Promise<void> {
  if (note.trim() === '' || note.length > 500)
    throw new DomainError('validation_failed', 'Say in a note of 1 to 500 characters why the event is discarded.');
  const { rowCount } = await tx.query(
    `with letter as (
       delete from consumer_failures where consumer_name = $1 and event_id = $2 and dead_at is not null
       returning *),
     kept as (
       insert into discarded_letters (consumer_name, event_id, tenant_id, event_type, aggregate_id, attempts, last_error, note)
       select consumer_name, event_id, tenant_id, event_type, aggregate_id, attempts, last_error, $3 from letter on conflict do nothing),
     claimed as (
       insert into processed_events (consumer_name, event_id, tenant_id) select consumer_name, event_id, tenant_id from letter on conflict do nothing),
     parked as (
       insert into parked_events (consumer_name, aggregate_id, sequence, tenant_id, event_id, skip, envelope)
       select letter.consumer_name, aggregate_id, at.sequence, letter.tenant_id, event_id, true, jsonb_build_object('id', event_id, 'type', event_type,
         'tenantId', letter.tenant_id, 'aggregateId', aggregate_id, 'sequence', at.sequence, 'time', first_failed_at, 'data', null)
       from letter join consumer_positions place using (consumer_name, aggregate_id)
       -- What failed in an ordered consumer is the next of its aggregate, unless its row says more.
       cross join lateral (select coalesce(letter.sequence, place.sequence + 1) as sequence) at
       where at.sequence > place.sequence and not ${inLog}
       on conflict do nothing)
     insert into consumer_resends (consumer_name, event_id, tenant_id, skip) select consumer_name, event_id, tenant_id, true from letter
     on conflict (consumer_name, event_id) do update set skip = true, requested_at = now()`,
    [consumer, eventId, note],
  );
  if (rowCount === 0) throw new DomainError('not_found', 'This consumer has no such dead letter.');
  await ringConsumerRequests(tx);
}

const lettersWhere = (filter: LetterFilter) =>
  conditions('letter.dead_at is not null', [
    ['letter.consumer_name = ?', filter.consumer],
    ['letter.tenant_id = ?', filter.tenantId],
    ['letter.event_id = ?', filter.eventId],
    ['letter.aggregate_id = ?', filter.aggregateId],
    ['letter.event_type = any(?)', anyOf(filter.type)],
    ['position(? in letter.last_error) > 0', filter.reason],
    ['letter.dead_at >= ?', filter.since],
  ]);
