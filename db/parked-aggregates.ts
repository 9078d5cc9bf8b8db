// Which aggregates of an ordered consumer wait, and for which event: what an operator has to look after.
import type { Tx } from './transaction.ts';

/** An aggregate of an ordered consumer that waits, and for what. */
export type ParkedAggregate = {
  readonly aggregateId: string;
  readonly events: number;
  readonly since: string;
  readonly waitsForSequence: number;
  readonly waitsForEvent: string | null;
  readonly why: string;
};

/** Parked aggregates of a consumer, the longest waiting first. */
export async function parkedAggregates(tx: Tx, consumer: string, limit = 50): Promise<ParkedAggregate[]> {
  const { rows } = await tx.query<{
    aggregate_id: string;
    events: number;
    since: Date;
    first: number;
    next: number;
    event_id: string | null;
    event_type: string | null;
    status: string | null;
    dead_at: Date | null;
  }>(
    `select waiting.*, place.sequence + 1 as next, event.event_id, event.event_type, event.status, failure.dead_at
     from (select aggregate_id, count(*) as events, min(parked_at) as since, min(sequence) as first from parked_events
       where consumer_name = $1 group by aggregate_id order by min(parked_at) limit $2) waiting
     join consumer_positions place on place.consumer_name = $1 and place.aggregate_id = waiting.aggregate_id
     left join outbox_events event on event.aggregate_id = waiting.aggregate_id and event.aggregate_sequence = place.sequence + 1
     left join consumer_failures failure on failure.consumer_name = $1 and failure.event_id = event.event_id
     order by waiting.since`,
    [consumer, limit],
  );
  return rows.map(({ aggregate_id, events, since, next, event_id, first, ...row }) => ({
    aggregateId: aggregate_id,
    events,
    since: since.toISOString(),
    waitsForSequence: next,
    waitsForEvent: event_id,
    why: first === next ? 'its next event is here and is tried again' : reasonOf(row),
  }));
}

function reasonOf({
  event_type,
  status,
  dead_at,
}: {
  event_type: string | null;
  status: string | null;
  dead_at: Date | null;
}): string {
  if (event_type === null) return 'the event before is not in the log';
  if (dead_at) return `${event_type} before it is in the dead letters: redrive or discard it`;
  if (status === 'failed')
    return `${event_type} before it was given up by the relay: redrive or discard it in the outbox`;
  if (status === 'pending') return `${event_type} before it is not sent yet`;
  return `${event_type} before it was sent and is on its way; if it stays so, replay it`;
}
