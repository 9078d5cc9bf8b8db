// Looks at the rows of a held aggregate. The first one goes alone, and nothing follows one that failed before: only when it got through do the
// others follow, in their sequence. The hold stays while anything is left behind.
import type { Hold } from './holds.ts';
import type { RelayOptions, RelayPorts } from './ports.ts';
import type { RelayMemory } from './relay-memory.ts';

/** How long a held aggregate waits for what it still has in flight. */
const settleWaitMs = 10;

/** Makes the reading; it answers how many rows it took. */
export function createReadHeld(
  { flight, holds, epoch, take }: RelayMemory,
  { outbox, now }: RelayPorts,
  { batch }: RelayOptions,
): (aggregateId: string, hold: Hold) => Promise<number> {
  return async (aggregateId, hold) => {
    const began = epoch();
    // Taken when the read began: it may still see as pending what is marked by the time it answers.
    const taken = new Set(flight.ids());
    const rows = await outbox.readAggregate(aggregateId, batch);
    if (began !== epoch() || holds.get(aggregateId) !== hold) return 0;
    hold.checkAt = now() + settleWaitMs;
    if (rows.some(({ event }) => taken.has(event.id))) return 0;
    let count = 0;
    for (const { event, waitMs, isSuspect } of rows) {
      if (waitMs > 0) {
        hold.checkAt = now() + waitMs;
        return count;
      }
      if (take(event, hold.pass)) count += 1;
      if (!hold.proven || isSuspect) return count;
    }
    if (rows.length < batch) holds.release(aggregateId);
    return count;
  };
}
