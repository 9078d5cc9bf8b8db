// A consumer's idempotency: the claim of an event, in the transaction of its effect, and the count of failed attempts, written after a rollback.
import type { Tx } from './transaction.ts';

/**
 * What came of a claim. Not `claimed`: the event has taken effect before, or it failed and its next attempt is due in `dueInMs` (else 0).
 * `failed`: how often it failed before, and why at last; whoever finds that enough has to roll the claim back.
 */
export type Claim = {
  readonly claimed: boolean;
  readonly dueInMs: number;
  readonly failed?: { readonly attempts: number; readonly reason: string };
};

/** Claims an event for a consumer, and forgets its failed attempts, unless it waits for its next one. Waits while another transaction holds the claim. */
export async function claimEvent(tx: Tx, consumer: string, eventId: string): Promise<Claim> {
  const { rows } = await tx.query<{ claimed: boolean; due_in_ms: number; attempts: number | null; reason: string }>(
    `with known as (select attempts, last_error, ceil(extract(epoch from next_attempt_at - now()) * 1000)::integer as ms from consumer_failures
       where consumer_name = $1 and event_id = $2 and dead_at is null),
     waiting as (select ms from known where ms > 0),
     healed as (delete from consumer_failures where consumer_name = $1 and event_id = $2 and not exists (select from waiting)),
     claim as (insert into processed_events (consumer_name, event_id, tenant_id)
       select $1, $2, $3 where not exists (select from waiting) on conflict do nothing returning event_id)
     select exists (select from claim) as claimed, coalesce((select ms from waiting), 0) as due_in_ms, known.attempts, known.last_error as reason
     from (select) once left join known on true`,
    [consumer, eventId, tx.tenantId],
  );
  const { claimed = false, due_in_ms: dueInMs = 0, attempts = null, reason = '' } = rows[0] ?? {};
  return { claimed, dueInMs, ...(attempts !== null && { failed: { attempts, reason } }) };
}

/** Claims many at once; answers those that have not taken effect before. */
export async function claimEvents(tx: Tx, consumer: string, eventIds: readonly string[]): Promise<string[]> {
  if (eventIds.length === 0) return [];
  // In one order, so that two batches with the same events don't wait for each other.
  const { rows } = await tx.query<{ event_id: string }>(
    `with healed as (delete from consumer_failures where consumer_name = $1 and event_id = any($3::uuid[]))
     insert into processed_events (consumer_name, event_id, tenant_id)
     select $1, event_id, $2 from unnest($3::uuid[]) as claimed (event_id) order by event_id on conflict do nothing returning event_id`,
    [consumer, tx.tenantId, eventIds],
  );
  return rows.map((row) => row.event_id);
}

/** Notes how long the effect took; under a millisecond is not worth a write. */
export async function noteDuration(tx: Tx, consumer: string, eventId: string, tookMs: number): Promise<void> {
  await noteDurations(tx, consumer, [eventId], tookMs);
}

/** The same for each of many. */
export async function noteDurations(
  tx: Tx,
  consumer: string,
  eventIds: readonly string[],
  tookMs: number,
): Promise<void> {
  const rounded = Math.round(tookMs);
  if (rounded < 1) return;
  await tx.query(
    'update processed_events set processing_duration_ms = $3 where consumer_name = $1 and event_id = any($2::uuid[])',
    [consumer, eventIds, rounded],
  );
}

/**
 * One failed attempt. `reason` holds no personal data. `counted`: it was the event's own fault; else it counts only once such failures have gone on
 * for `patienceMs`. `delays`: how long to wait after the first, second… counted one.
 */
export type FailedAttempt = {
  readonly consumer: string;
  readonly eventId: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly reason: string;
  readonly counted: boolean;
  readonly delays: readonly number[];
  readonly patienceMs: number;
};

/** Notes a failed attempt; answers how many were counted, over restarts: those that failed at once, before the next was due, as one. Undefined: the event is given up already. */
export async function countFailure(tx: Tx, failure: FailedAttempt): Promise<number | undefined> {
  const { rows } = await tx.query<{ attempts: number }>(
    `insert into consumer_failures as failure (consumer_name, event_id, tenant_id, event_type, aggregate_id, attempts, last_error, next_attempt_at)
     values ($1, $2, $3, $4, $5, $6, $7, now() + ($8::integer[])[1] * interval '1 millisecond')
     on conflict (consumer_name, event_id) do update
       set attempts = failure.attempts + case when failure.next_attempt_at > now() then 0
           when failure.first_failed_at < now() - $9 * interval '1 millisecond' then 1 else $6 end,
         next_attempt_at = case when failure.next_attempt_at > now() then failure.next_attempt_at
           else now() + ($8::integer[])[least(cardinality($8::integer[]), failure.attempts + 1)] * interval '1 millisecond' end,
         last_error = excluded.last_error, last_failed_at = now()
       where failure.dead_at is null
     returning attempts`,
    [
      failure.consumer,
      failure.eventId,
      tx.tenantId,
      failure.type,
      failure.aggregateId,
      failure.counted ? 1 : 0,
      failure.reason.slice(0, 1_000),
      failure.delays,
      failure.patienceMs,
    ],
  );
  return rows[0]?.attempts;
}

/** What an event that failed is at the moment. `gone`: it has taken effect after all, or was redriven. */
export type FailureState = 'failing' | 'dead' | 'gone';

/** Locks the count until the end of the transaction, so that only one gives the event up. Waits while somebody else does. */
export async function lockFailure(tx: Tx, consumer: string, eventId: string): Promise<FailureState> {
  const { rows } = await tx.query<{ dead: boolean }>(
    'select dead_at is not null as dead from consumer_failures where consumer_name = $1 and event_id = $2 for update',
    [consumer, eventId],
  );
  const [row] = rows;
  return row ? (row.dead ? 'dead' : 'failing') : 'gone';
}

/** Marks an event as given up by a consumer: its message is in the dead-letter queue. Needs the lock. */
export async function markDead(tx: Tx, consumer: string, eventId: string): Promise<void> {
  await tx.query('update consumer_failures set dead_at = now() where consumer_name = $1 and event_id = $2', [
    consumer,
    eventId,
  ]);
}

/** Forgets what failed: the event was redriven, and has all its attempts again. */
export async function forgetFailure(tx: Tx, consumer: string, eventId: string): Promise<void> {
  await tx.query('delete from consumer_failures where consumer_name = $1 and event_id = $2', [consumer, eventId]);
}
