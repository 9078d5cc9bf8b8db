// The relay as steps over ports: beat (leases), read, pump (publish), flush (mark). Whoever drives it may interleave the steps as they like,
// but runs each of beat, read and flush one at a time.
import { createBeat } from './beat.ts';
import { createFlush } from './flush.ts';
import type { RelayOptions, RelayPorts } from './ports.ts';
import { createPump } from './pump.ts';
import { createRead } from './read.ts';
import { createRelayMemory } from './relay-memory.ts';
import { createSettle } from './settle.ts';

/** What a relay is doing. `leaseValid`: it may publish. */
export type RelayStatus = {
  readonly partitions: number;
  readonly processes: number;
  readonly leaseValid: boolean;
  readonly queued: number;
  readonly inWindow: number;
  readonly heldAggregates: number;
};

/** The relay's steps. */
export type Relay = {
  /** Renews the leases; answers in how many ms to beat again. Throws when the database can't be reached. */
  readonly beat: () => Promise<number>;
  /** Reads what can be sent; answers how many rows it took. Throws when the database can't be reached. */
  readonly read: () => Promise<number>;
  /** Publishes at most `limit` queued events; answers whether more could go right now. */
  readonly pump: (limit: number) => boolean;
  /** Marks what was confirmed; answers how many. Throws when the database can't be reached: nothing is forgotten. */
  readonly flush: () => Promise<number>;
  /** How many wait to be marked. `isMuch`: so many that the window would fill up behind them. */
  readonly toMark: () => { readonly count: number; readonly isMuch: boolean };
  /** The publisher lost its connection: everything unconfirmed is read again later. Costs no try. */
  readonly lose: () => void;
  /** Gives all partitions back. */
  readonly leave: () => Promise<void>;
  readonly wantsRows: () => boolean;
  readonly isDraining: () => boolean;
  readonly nextCheckMs: () => number;
  readonly status: () => RelayStatus;
};

/** Makes a relay. `onSettled` is called after each outcome: there is something to flush, or room to pump. */
export function createRelay(ports: RelayPorts, options: RelayOptions, onSettled: () => void): Relay {
  const memory = createRelayMemory(ports.now);
  const { partitions, flight, holds, forgetReads } = memory;
  return {
    beat: createBeat(memory, ports),
    read: createRead(memory, ports, options),
    pump: createPump(memory, ports, options, createSettle(memory, ports, options, onSettled)),
    flush: createFlush(memory, ports, onSettled),
    toMark: () => {
      const { count, bytes } = flight.confirmed();
      return { count, isMuch: count * 4 >= options.window || bytes * 4 >= options.windowBytes };
    },
    lose: () => {
      flight.dropWhere(() => true);
      forgetReads();
    },
    leave: async () => {
      flight.dropWhere(() => true);
      partitions.clear();
      holds.dropPartitions(() => true);
      forgetReads();
      await ports.leases.leave();
    },
    wantsRows: () => flight.queued() < options.batch,
    isDraining: partitions.isDraining,
    nextCheckMs: () => holds.nextCheckAt() - ports.now(),
    status: () => ({
      partitions: partitions.owned().length,
      processes: partitions.processes(),
      leaseValid: partitions.isLeaseValid(),
      queued: flight.queued(),
      inWindow: flight.inWindow(),
      heldAggregates: holds.size(),
    }),
  };
}
