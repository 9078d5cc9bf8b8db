// Where a message of the past stands in its conversation: `arrival` numbers order it, and what came live has those of its arrival, from 1. Pure.

/** The last message so far: its second, and how many there were of that second. */
export type SecondCursor = { readonly second?: number; readonly ties?: number };

/** Before every number that a live message has: the milliseconds from the year 2100 backwards. */
const year2100 = 4_102_444_800_000;
const mostTies = 999;

/**
 * The order number of a message of `sentMs` (milliseconds of the epoch). `after`: that of the last live message of its chat that is not younger; the
 * message stands right behind it, by its id. Without one it stands before all live ones, by its time and the order in which it was read.
 */
export function pastArrival(
  cursor: SecondCursor,
  sentMs: number,
  after: number | null,
): { readonly arrival: number; readonly cursor: Required<SecondCursor> } {
  const second = Math.floor(sentMs / 1_000);
  const ties = cursor.second === second ? (cursor.ties ?? 0) + 1 : 0;
  const arrival = after ?? second * 1_000 + Math.min(ties, mostTies) - year2100;
  return { arrival, cursor: { second, ties } };
}
