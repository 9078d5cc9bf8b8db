// A relay's step `pump`: publishes queued events while the lease is valid and the window has room.
import type { Outcome } from '../amqp/publisher.ts';
import type { Taken } from './flight.ts';
import type { RelayOptions, RelayPorts } from './ports.ts';
import type { RelayMemory } from './relay-memory.ts';

/** Makes the step: it publishes at most `limit` events and answers whether more could go right now. */
export function createPump(
  { partitions, flight, isBehindAHold }: RelayMemory,
  { publisher, now }: RelayPorts,
  { window, windowBytes }: RelayOptions,
  settle: (taken: Taken, outcome: Outcome) => void,
): (limit: number) => boolean {
  return (limit) => {
    for (let count = 0; count < limit; count += 1) {
      if (!publisher.ready() || !partitions.isLeaseValid()) return false;
      if (flight.inWindow() >= window || flight.bytesInWindow() >= windowBytes) return false;
      const taken = flight.next();
      if (!taken) return false;
      if (!partitions.isMine(taken.event.partition) || isBehindAHold(taken)) {
        flight.drop(taken);
        continue;
      }
      flight.publish(taken, now());
      publisher.publish(taken.event, (outcome) => settle(taken, outcome));
    }
    return flight.queued() > 0;
  };
}
