// A relay's step `beat`: renews its leases, lets go what it lost, and learns what is held back in the partitions that are new to it.
import type { RelayPorts } from './ports.ts';
import type { RelayMemory } from './relay-memory.ts';

/** How long before its lease ends a relay stops publishing. */
const safetyMs = 500;
const beatEveryMs = 1_000;

/** Makes the step; it answers in how many ms to beat again. */
export function createBeat(
  { partitions, flight, holds, forgetReads }: RelayMemory,
  { leases, outbox, now }: RelayPorts,
): () => Promise<number> {
  return async () => {
    const startedAt = now();
    const view = await leases.beat(partitions.draining().filter((partition) => !flight.usesPartition(partition)));
    const fresh = [...view.owned.keys()].filter(
      (partition) => partitions.fenceOf(partition) !== view.owned.get(partition),
    );
    // A row that holds its aggregate back must be known before anything of its partition goes out.
    const holding = fresh.length > 0 ? await outbox.readHolding(fresh) : [];
    const isLost = (partition: number): boolean => view.owned.get(partition) !== partitions.fenceOf(partition);
    const surplus = new Set(view.surplus);
    const drains = surplus.size > 0 || partitions.isDraining();
    if (fresh.length > 0 || drains || partitions.owned().some(isLost)) forgetReads();
    flight.dropWhere(
      ({ event, stage }) => isLost(event.partition) || (stage === 'queued' && surplus.has(event.partition)),
    );
    holds.dropPartitions(isLost);
    for (const { aggregateId, partition } of holding) holds.hold(aggregateId, partition, now());
    partitions.become(view, startedAt + leases.leaseMs - safetyMs);
    return Math.min(beatEveryMs, Math.max(view.nextExpiryMs, 0) + 5);
  };
}
