// Reads rows that were never tried, above the low-water mark; now and then from the beginning, whatever the mark says.
import type { RelayOptions, RelayPorts } from './ports.ts';
import type { RelayMemory } from './relay-memory.ts';

/** Makes the reading; it answers how many rows it took. */
export function createReadFresh(
  { flight, holds, lowWater, epoch, take }: RelayMemory,
  { outbox, now }: RelayPorts,
  { batch, sweepEveryMs }: RelayOptions,
): (partitions: readonly number[]) => Promise<number> {
  let sweptAt = now();
  return async (partitions) => {
    if (now() - sweptAt >= sweepEveryMs) {
      sweptAt = now();
      lowWater.reset();
    }
    const began = epoch();
    const after = lowWater.mark();
    const result = await outbox.readPending({
      after,
      partitions,
      except: flight.ids().filter((id) => id > after),
      heldAggregates: holds.ids(),
      limit: batch,
      wantsNewest: lowWater.wantsNewest(),
    });
    if (began !== epoch()) return 0;
    lowWater.note(result, batch);
    let count = 0;
    for (const event of result.events) if (!holds.get(event.aggregateId) && take(event)) count += 1;
    return count;
  };
}
