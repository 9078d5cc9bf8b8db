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

/** Locks the consumer's place in an aggregate until the end of the transaction; answers the last sequence that took effect (0: none). */
export async function lockPosition(tx: Tx, consumer: string, aggregateId: string): Promise<number> {
  const { rows } = await tx.query<{ sequence: number }>(
    `insert into consumer_positions (consumer_name, aggregate_id, tenant_id, sequence) values ($1, $2, $3, 0)
     on conflict (consumer_name, aggregate_id) do update set updated_at = now() returning sequence`,
    [consumer, aggregateId, tx.tenantId],
  );
  return rows[0]?.sequence ?? 0;
}

/** Moves the place on; needs the lock. Answers whether the event after it is parked already. What is parked below came twice, and goes. */
export async function movePosition(tx: Tx, consumer: string, aggregateId: string, sequence: number): Promise<boolean> {
  const { rows } = await tx.query<{ more: boolean }>(
    `with passed as (delete from parked_events where consumer_name = $1 and aggregate_id = $2 and sequence <= $3)
     update consumer_positions set sequence = $3, updated_at = now() where consumer_name = $1 and aggregate_id = $2
     returning exists (select from parked_events where consumer_name = $1 and aggregate_id = $2 and sequence = $3 + 1) as more`,
    [consumer, aggregateId, sequence],
  );
  return rows[0]?.more ?? false;
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

/** Aggregates that could go on but nobody told (a process died in between); for the role app_system. */
export async function readyAggregates(tx: Tx, consumer: string): Promise<ReadyAggregate[]> {
  const { rows } = await tx.query<{ tenant_id: string; aggregate_id: string }>(
    `select parked.tenant_id, parked.aggregate_id from parked_events parked
     join consumer_positions place on place.consumer_name = parked.consumer_name and place.aggregate_id = parked.aggregate_id
     where parked.consumer_name = $1 and parked.sequence = place.sequence + 1
       and not exists (select from consumer_failures failure where failure.consumer_name = parked.consumer_name and failure.event_id = parked.event_id and failure.dead_at is not null)
     order by parked.parked_at limit 100`,
    [consumer],
  );
  return rows.map((row) => ({ tenantId: row.tenant_id, aggregateId: row.aggregate_id }));
}
