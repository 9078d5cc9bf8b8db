// How far an ordered consumer got in each aggregate, and the events that came too early and wait for their predecessor.
import type { Tx } from './transaction.ts';

/** An event that waits. `envelope` is what was delivered, as JSON. */
export type ParkedEvent = {
  readonly aggregateId: string;
  readonly sequence: number;
  readonly eventId: string;
  readonly skip: boolean;
  readonly envelope: unknown;
};

/** The event by which an aggregate is seen, and up to which position of the log all is history to the consumer (0: nothing is). */
export type FirstSeen = { readonly sequence: number; readonly beginning: number };

/**
 * Locks the consumer's place in an aggregate until the end of the transaction; answers the last sequence that took effect (0: none).
 * In an aggregate that it never saw, that is the last one of its history: what was drawn up to its beginning. All later ones were committed,
 * hence published, after its queue was bound.
 */
export async function lockPosition(
  tx: Tx,
  consumer: string,
  aggregateId: string,
  firstSeen: FirstSeen = { sequence: 1, beginning: 0 },
): Promise<number> {
  const { sequence, beginning } = firstSeen;
  return (await lockPositions(tx, consumer, new Map([[aggregateId, sequence]]), beginning)).get(aggregateId) ?? 0;
}

/** The same for many aggregates, each with the lowest sequence seen. */
export async function lockPositions(
  tx: Tx,
  consumer: string,
  seen: ReadonlyMap<string, number>,
  beginning = 0,
): Promise<Map<string, number>> {
  // In one order, so that two batches don't wait for each other.
  const { rows } = await tx.query<{ aggregate_id: string; sequence: number; is_new: boolean }>(
    `insert into consumer_positions (consumer_name, aggregate_id, tenant_id, sequence)
     select $1, aggregate_id, $2, 0 from unnest($3::uuid[]) as seen (aggregate_id) order by aggregate_id
     on conflict (consumer_name, aggregate_id) do update set updated_at = now()
     returning aggregate_id, sequence, xmax = 0 as is_new`,
    [consumer, tx.tenantId, [...seen.keys()]],
  );
  const positions = new Map(rows.map((row) => [row.aggregate_id, row.sequence]));
  // Where the log begins later, too: what it has no more comes from nowhere, and nothing must wait for it.
  const late = rows.filter((row) => row.is_new && (seen.get(row.aggregate_id) ?? 1) > 1);
  if (late.length > 0) {
    const { rows: moved } = await tx.query<{ aggregate_id: string; sequence: number }>(
      `update consumer_positions place set sequence = history.sequence
       from (select aggregate_id, coalesce(max(aggregate_sequence) filter (where id <= $3), min(aggregate_sequence) - 1) as sequence
             from outbox_events where aggregate_id = any($2::uuid[]) group by aggregate_id) history
       where place.consumer_name = $1 and place.aggregate_id = history.aggregate_id
       returning place.aggregate_id, place.sequence`,
      [consumer, late.map((row) => row.aggregate_id), beginning],
    );
    for (const row of moved) positions.set(row.aggregate_id, row.sequence);
  }
  return positions;
}

/** Moves the place on; needs the lock. Answers whether the event after it is parked already. What is parked below came twice, and goes. */
export async function movePosition(tx: Tx, consumer: string, aggregateId: string, sequence: number): Promise<boolean> {
  return (await movePositions(tx, consumer, new Map([[aggregateId, sequence]]))).has(aggregateId);
}

/** The same for many aggregates; answers those whose next event is parked already. */
export async function movePositions(
  tx: Tx,
  consumer: string,
  moved: ReadonlyMap<string, number>,
): Promise<ReadonlySet<string>> {
  if (moved.size === 0) return new Set();
  const { rows } = await tx.query<{ aggregate_id: string; more: boolean }>(
    `with moved as (select * from unnest($2::uuid[], $3::bigint[]) as moved (aggregate_id, sequence)),
     passed as (delete from parked_events parked using moved
       where parked.consumer_name = $1 and parked.aggregate_id = moved.aggregate_id and parked.sequence <= moved.sequence)
     update consumer_positions place set sequence = moved.sequence, updated_at = now()
     from moved where place.consumer_name = $1 and place.aggregate_id = moved.aggregate_id
     returning place.aggregate_id, exists (select from parked_events parked
       where parked.consumer_name = $1 and parked.aggregate_id = moved.aggregate_id and parked.sequence = moved.sequence + 1) as more`,
    [consumer, [...moved.keys()], [...moved.values()]],
  );
  return new Set(rows.filter(({ more }) => more).map((row) => row.aggregate_id));
}

/** Removes a parked event that went to the dead letters; its place stays empty until it is redriven. */
export async function removeParked(tx: Tx, consumer: string, eventId: string): Promise<void> {
  await tx.query('delete from parked_events where consumer_name = $1 and event_id = $2', [consumer, eventId]);
}

/** Parks an event; parking it again changes nothing, except that a skip marker replaces what it discards. */
export async function parkEvent(tx: Tx, consumer: string, event: ParkedEvent): Promise<void> {
  await tx.query(
    `insert into parked_events (consumer_name, aggregate_id, sequence, tenant_id, event_id, skip, envelope) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (consumer_name, aggregate_id, sequence) do update set skip = excluded.skip, envelope = excluded.envelope
       where excluded.skip and not parked_events.skip`,
    [
      consumer,
      event.aggregateId,
      event.sequence,
      tx.tenantId,
      event.eventId,
      event.skip,
      JSON.stringify(event.envelope),
    ],
  );
}

/** Takes the parked event of this sequence out; undefined: there is none. */
export async function takeParked(
  tx: Tx,
  consumer: string,
  aggregateId: string,
  sequence: number,
): Promise<ParkedEvent | undefined> {
  const { rows } = await tx.query<{ event_id: string; skip: boolean; envelope: unknown }>(
    'delete from parked_events where consumer_name = $1 and aggregate_id = $2 and sequence = $3 returning event_id, skip, envelope',
    [consumer, aggregateId, sequence],
  );
  const row = rows[0];
  return row && { aggregateId, sequence, eventId: row.event_id, skip: row.skip, envelope: row.envelope };
}

/** An aggregate whose next event is parked and could take effect right now. */
export type ReadyAggregate = { readonly tenantId: string; readonly aggregateId: string };

/** Aggregates that could go on but nobody told (a process died in between), or whose next attempt is due; for the role app_system. */
export async function readyAggregates(tx: Tx, consumer: string): Promise<ReadyAggregate[]> {
  const { rows } = await tx.query<{ tenant_id: string; aggregate_id: string }>(
    `select parked.tenant_id, parked.aggregate_id from parked_events parked
     join consumer_positions place on place.consumer_name = parked.consumer_name and place.aggregate_id = parked.aggregate_id
     where parked.consumer_name = $1 and parked.sequence = place.sequence + 1
       and not exists (select from consumer_failures failure where failure.consumer_name = parked.consumer_name and failure.event_id = parked.event_id
         and (failure.dead_at is not null or failure.next_attempt_at > now()))
     order by parked.parked_at limit 200`,
    [consumer],
  );
  return rows.map((row) => ({ tenantId: row.tenant_id, aggregateId: row.aggregate_id }));
}
