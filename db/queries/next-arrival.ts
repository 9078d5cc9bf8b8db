// Draws an order number from those that stored raw events get: what is sent stands in the conversation where it was written.
import type { Tx } from '../transaction.ts';

/** The next number; it is used up whatever becomes of the transaction. */
export async function nextArrival(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ arrival: number }>("select nextval('raw_events_arrival_seq') as arrival");
  const arrival = rows[0]?.arrival;
  if (arrival === undefined) throw new Error('The sequence gave no number.');
  return arrival;
}
