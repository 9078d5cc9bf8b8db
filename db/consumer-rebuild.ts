// Clears what a consumer has made, bit by bit: each bit in one transaction with the claims it stands for, so that what works on meanwhile stays whole.
import type { Tx } from './transaction.ts';

/** Deletes the traces in a read model: of these events (any order), or of all events of these aggregates (ordered). */
export type ClearReadModel = (tx: Tx, ids: readonly string[]) => Promise<void>;

/** What a step of clearing did. `next` null: this pass is over. `left`: what could not be cleared, because the relay has not marked it as sent yet. */
export type Cleared = { readonly count: number; readonly next: string | null; readonly left: number };

const batch = 500;

/** A step of clearing: what comes after `after`, with `gap` also what the log has no more. */
export type ClearStep = {
  readonly consumer: string;
  readonly after: string | null;
  readonly gap: boolean;
  readonly clear: ClearReadModel;
};

/**
 * Clears claims and traces of some events. What is claimed but not marked as sent stays as it is: a replay would not send it; without `gap` so does what
 * the log has no more. Discarded ones keep their claim.
 */
export async function clearEvents(tx: Tx, { consumer, after, gap, clear }: ClearStep): Promise<Cleared> {
  const { rows } = await tx.query<{ event_id: string; is_sent: boolean | null }>(
    `select claim.event_id, event.status in ('processed', 'discarded') as is_sent
     from processed_events claim left join outbox_events event on event.event_id = claim.event_id
     where claim.consumer_name = $1 and ($2::uuid is null or claim.event_id > $2)
       and not exists (select from discarded_letters letter where letter.consumer_name = $1 and letter.event_id = claim.event_id)
     order by claim.event_id limit $3`,
    [consumer, after, batch],
  );
  const ids = rows.flatMap(({ event_id, is_sent }) => ((is_sent ?? gap) ? [event_id] : []));
  if (ids.length > 0) {
    await tx.query('delete from processed_events where consumer_name = $1 and event_id = any($2::uuid[])', [
      consumer,
      ids,
    ]);
    await clear(tx, ids);
  }
  return {
    count: ids.length,
    next: rows.length < batch ? null : (rows.at(-1)?.event_id ?? null),
    left: rows.filter(({ is_sent }) => is_sent === false).length,
  };
}

/** An aggregate whose beginning the log has: $1 is the consumer, `place` its row. */
const isWhole = `exists (select from outbox_events event where event.aggregate_id = place.aggregate_id and event.aggregate_sequence = 1)`;

/**
 * Clears claims, places, parked events and traces of some aggregates; each begins again where the log has it first. Not while something of it that took
 * effect or is parked is not marked as sent: a replay would not send it. Without `gap` those stay as they are whose beginning the log has no more.
 */
export async function clearAggregates(tx: Tx, { consumer, after, gap, clear }: ClearStep): Promise<Cleared> {
  const { rows } = await tx.query<{ aggregate_id: string; is_sent: boolean; is_whole: boolean }>(
    `select place.aggregate_id, ${isWhole} as is_whole, not exists (select from outbox_events event where event.aggregate_id = place.aggregate_id
         and event.status = 'pending'
         and (event.aggregate_sequence <= place.sequence or exists (select from parked_events parked where parked.consumer_name = $1
           and parked.aggregate_id = place.aggregate_id and parked.sequence = event.aggregate_sequence))) as is_sent
     from consumer_positions place where place.consumer_name = $1 and ($2::uuid is null or place.aggregate_id > $2)
     order by place.aggregate_id limit $3 for update of place`,
    [consumer, after, batch / 5],
  );
  const meant = rows.filter(({ is_whole }) => is_whole || gap);
  const ids = meant.flatMap(({ aggregate_id, is_sent }) => (is_sent ? [aggregate_id] : []));
  if (ids.length > 0) {
    await tx.query(
      `with claims as (
         delete from processed_events claim using outbox_events event
         where event.aggregate_id = any($2::uuid[]) and claim.consumer_name = $1 and claim.event_id = event.event_id
           and not exists (select from discarded_letters letter where letter.consumer_name = $1 and letter.event_id = claim.event_id)),
       parked as (delete from parked_events where consumer_name = $1 and aggregate_id = any($2::uuid[]))
       update consumer_positions place set updated_at = now(), sequence = coalesce((select min(event.aggregate_sequence) - 1 from outbox_events event
         where event.aggregate_id = place.aggregate_id), place.sequence)
       where place.consumer_name = $1 and place.aggregate_id = any($2::uuid[])`,
      [consumer, ids],
    );
    await clear(tx, ids);
  }
  const left = meant.length - ids.length;
  return { count: ids.length, next: rows.length < batch / 5 ? null : (rows.at(-1)?.aggregate_id ?? null), left };
}

/**
 * How much of what the consumer has processed the log has no more: events, or of an ordered consumer aggregates whose beginning is gone. Looked for among
 * the first `atMost`, and the oldest come first.
 */
export async function countGap(tx: Tx, consumer: string, isOrdered: boolean, atMost: number): Promise<number> {
  const { rows } = await tx.query<{ lost: number }>(
    isOrdered
      ? `select count(*) as lost from (select aggregate_id from consumer_positions where consumer_name = $1 and sequence > 0
           order by aggregate_id limit $2) place where not ${isWhole}`
      : `select count(*) as lost from (select event_id from processed_events where consumer_name = $1 order by event_id limit $2) claim
         where not exists (select from outbox_events event where event.event_id = claim.event_id)
           and not exists (select from discarded_letters letter where letter.consumer_name = $1 and letter.event_id = claim.event_id)`,
    [consumer, atMost],
  );
  return rows[0]?.lost ?? 0;
}

/** Whether the log has a row's event as sent; null: it has it no more. */
const isSent = (row: string): string =>
  `(select bool_and(event.status in ('processed', 'discarded')) from outbox_events event where event.event_id = ${row}.event_id)`;

/**
 * Forgets failed attempts and what was to be sent again: the replay sends it all, but what the log has no more, and what is not marked as sent: the relay
 * may have sent it before, and mark it when the replay has passed. With `gap` an aggregate that begins later in the log has left behind what the log has
 * no more. An ordered consumer has the whole log before it now.
 */
export async function clearRest(tx: Tx, consumer: string, gap: boolean): Promise<void> {
  await tx.query(
    `delete from consumer_failures failure where consumer_name = $1 and coalesce(
       ${isSent('failure')},
       $2 and exists (select from consumer_positions place join outbox_events event using (aggregate_id)
         where place.consumer_name = $1 and place.aggregate_id = failure.aggregate_id))`,
    [consumer, gap],
  );
  await tx.query(
    `delete from consumer_resends resend where consumer_name = $1 and not skip and coalesce(${isSent('resend')}, true)`,
    [consumer],
  );
  await tx.query('update consumer_starts set log_position = 0 where consumer_name = $1', [consumer]);
}

/** Where aggregates begin that the consumer has not met: before the first event that the log has of them. */
export async function placeBefore(
  tx: Tx,
  consumer: string,
  firsts: readonly { readonly aggregateId: string; readonly tenantId: string }[],
): Promise<void> {
  await tx.query(
    `insert into consumer_positions (consumer_name, aggregate_id, tenant_id, sequence)
     select $1, given.aggregate_id, given.tenant_id, (select min(aggregate_sequence) - 1 from outbox_events event where event.aggregate_id = given.aggregate_id)
     from unnest($2::uuid[], $3::text[]) as given (aggregate_id, tenant_id) on conflict do nothing`,
    [consumer, firsts.map(({ aggregateId }) => aggregateId), firsts.map(({ tenantId }) => tenantId)],
  );
}
