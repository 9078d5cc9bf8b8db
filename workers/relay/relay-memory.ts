// What a relay remembers between its steps. All of it may be lost at any moment: what is pending, sent or failed stands in the outbox.
import { createFlight, type Flight, type Taken } from './flight.ts';
import { createHolds, type Holds } from './holds.ts';
import { createLowWater, type LowWater } from './low-water.ts';
import { createOwnPartitions, type OwnPartitions } from './own-partitions.ts';
import type { PendingEvent } from './ports.ts';

/** A relay's memory, shared by its steps. */
export type RelayMemory = {
  readonly partitions: OwnPartitions;
  readonly flight: Flight;
  readonly holds: Holds;
  readonly lowWater: LowWater;
  /** Another number than when a read began: what it answers is thrown away. */
  readonly epoch: () => number;
  /** What is being read now is thrown away, and everything is read again: something may have been let go in between. */
  readonly forgetReads: () => void;
  /** Queues an event, unless it is on its way already or no longer this relay's to send. */
  readonly take: (event: PendingEvent, pass?: number) => boolean;
  /** An earlier event of the aggregate failed while this one was in flight: it will be sent again after that one, and its own failure counts nothing. */
  readonly isBehindAHold: (taken: Taken) => boolean;
};

/** Starts empty. */
export function createRelayMemory(now: () => number): RelayMemory {
  const partitions = createOwnPartitions(now);
  const flight = createFlight();
  const holds = createHolds();
  const lowWater = createLowWater();
  let epoch = 0;
  return {
    partitions,
    flight,
    holds,
    lowWater,
    epoch: () => epoch,
    forgetReads: () => {
      epoch += 1;
      lowWater.reset();
    },
    take: (event, pass) => {
      const fence = partitions.fenceOf(event.partition);
      if (fence === undefined || !partitions.isMine(event.partition) || flight.has(event.id)) return false;
      flight.enqueue(event, fence, pass);
      return true;
    },
    isBehindAHold: ({ event, pass }) => {
      const hold = holds.get(event.aggregateId);
      return hold !== undefined && hold.pass !== pass;
    },
  };
}
