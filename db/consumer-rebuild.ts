// Clears what a consumer has made, bit by bit: each bit in one transaction with the claims it stands for, so that what works on meanwhile stays whole.
import type { Tx } from './transaction.ts';

/** Deletes the traces in a read model: of these events (any order), or of all events of these aggregates (ordered). */
export type ClearReadModel = (tx: Tx, ids: readonly string[]) => Promise<void>;

/** What a step of clearing did. `next` null: this pass is over. `left`: what could not be cleared, because the relay has not marked it as sent yet. */
export type Cleared = { readonly count: number; readonly next: string | null; readonly left: number };

const batch = 500;

/**
 * Clears claims and traces of some events. What is claimed but not marked as sent stays as it is: a replay would not send it. Discarded ones keep their
 * claim.
 */
export async function clearEvents(
  tx: Tx,
  consumer: string,
  after: string | null,
  clear: ClearReadModel,
): Promise<Cleared> {
  const { rows } = await tx.query<{ event_id: string; is_sent: boolean }>(
    `select claim.event_id, coalesce(event.status in ('processed', 'discarded'), true) as is_sent
     from processed_events claim left join outbox_events event on event.event_id = claim.event_id
     where claim.consumer_name = $1 and ($2::uuid is null or claim.event_id > $2)
       and not exists (select from discarded_letters letter where letter.consumer_name = $1 and letter.event_id = claim.event_id)
     order by claim.event_id limit $3`,
    [consumer, after, batch],
  );
  const ids = rows.flatMap(({ event_id, is_sent }) => (is_sent ? [event_id] : []));
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
    left: rows.length - ids.length,
  };
}

/** Clears claims, places, parked events and traces of some aggregates; each begins again where the log has it first. */
export async function clearAggregates(
  tx: Tx,
  consumer: string,
  after: string | null,
  clear: ClearReadModel,
): Promise<Cleared> {
  const { rows } = await tx.query<{ aggregate_id: string; is_sent: boolean }>(
    `select place.aggregate_id, not exists (select from outbox_events event where event.aggregate_id = place.aggregate_id
         and event.aggregate_sequence <= place.sequence and event.status = 'pending') as is_sent
     from consumer_positions place where place.consumer_name = $1 and ($2::uuid is null or place.aggregate_id > $2)
     order by place.aggregate_id limit $3 for update of place`,
    [consumer, after, batch / 5],
  );
  const ids = rows.flatMap(({ aggregate_id, is_sent }) => (is_sent ? [aggregate_id] : []));
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
  const left = rows.length - ids.length;
  return { count: ids.length, next: rows.length < batch / 5 ? null : (rows.at(-1)?.aggregate_id ?? null), left };
}

/** Forgets failed attempts and what was to be sent again: the replay sends it all. An ordered consumer has the whole log before it now. */
export async function clearRest(tx: Tx, consumer: string): Promise<void> {
  await tx.query('delete from consumer_failures where consumer_name = $1', [consumer]);
  await tx.query('delete from consumer_resends where consumer_name = $1 and not skip', [consumer]);
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
