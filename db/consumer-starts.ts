// Where in the log an ordered consumer begins. Written once, when its queue is bound for the first time: what is drawn later is sure to reach that queue.
import type { Tx } from './transaction.ts';

/** Answers the position up to which all is history to the consumer, and writes it if the consumer is new. `fromNow` false: nothing is. For the role app_system. */
export async function recordBeginning(tx: Tx, consumer: string, fromNow: boolean): Promise<number> {
  await tx.query(
    `insert into consumer_starts (consumer_name, log_position)
     select $1, case when $2::boolean and is_called then last_value else 0 end from outbox_events_id_seq on conflict do nothing`,
    [consumer, fromNow],
  );
  const { rows } = await tx.query<{ log_position: number }>(
    'select log_position from consumer_starts where consumer_name = $1',
    [consumer],
  );
  return rows[0]?.log_position ?? 0;
}
