// A relay's step `read`: first what held aggregates may send by now, then fresh rows. Reads nothing while nothing could be published.
import type { RelayOptions, RelayPorts } from './ports.ts';
import { createReadFresh } from './read-fresh.ts';
import { createReadHeld } from './read-held.ts';
import type { RelayMemory } from './relay-memory.ts';

/** So many held aggregates are looked at before fresh rows get their turn. */
const heldPerRead = 50;

/** Makes the step; it answers how many rows it took. */
export function createRead(memory: RelayMemory, ports: RelayPorts, options: RelayOptions): () => Promise<number> {
  const { partitions, flight, holds } = memory;
  const { outbox, publisher, now } = ports;
  const readHeld = createReadHeld(memory, ports, options);
  const readFresh = createReadFresh(memory, ports, options);
  let dueAskedAt = Number.NEGATIVE_INFINITY;

  /** Asks which tries are due; also finds what an operator redrives or discards. */
  const readDue = async (mine: readonly number[]): Promise<void> => {
    dueAskedAt = now();
    for (const { aggregateId, partition, id } of await outbox.readDue(mine)) {
      if (flight.has(id) || !partitions.isMine(partition)) continue;
      const hold = holds.get(aggregateId) ?? holds.hold(aggregateId, partition, now());
      hold.checkAt = Math.min(hold.checkAt, now());
    }
  };

  return async () => {
    const mine = partitions.mine();
    if (mine.length === 0 || !publisher.ready() || !partitions.isLeaseValid()) return 0;
    if (now() - dueAskedAt >= options.dueEveryMs) await readDue(mine);
    let count = 0;
    for (const [aggregateId, hold] of holds.due(now()).slice(0, heldPerRead))
      if (partitions.isMine(hold.partition)) count += await readHeld(aggregateId, hold);
    return count + (await readFresh(mine));
  };
}
