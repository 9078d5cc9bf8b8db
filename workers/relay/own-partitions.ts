// The partitions that a relay owns by its leases, and until when it may publish for them. Only the step `beat` changes them, and leaving.
import type { LeaseView } from './ports.ts';

/** The owned partitions. Those that are draining are still owned, but nothing new of them is taken. */
export type OwnPartitions = {
  /** The fence of an owned partition. */
  readonly fenceOf: (partition: number) => number | undefined;
  /** Owned and not draining. */
  readonly isMine: (partition: number) => boolean;
  readonly mine: () => number[];
  readonly owned: () => number[];
  readonly draining: () => number[];
  readonly isDraining: () => boolean;
  /** Takes over what the leases say; it counts until `validUntil`. */
  readonly become: (view: LeaseView, validUntil: number) => void;
  readonly clear: () => void;
  readonly isLeaseValid: () => boolean;
  /** How many relays share the partitions. */
  readonly processes: () => number;
};

/** Owns nothing at first. */
export function createOwnPartitions(now: () => number): OwnPartitions {
  let owned = new Map<number, number>();
  let draining = new Set<number>();
  let processes = 0;
  let validUntil = 0;
  return {
    fenceOf: (partition) => owned.get(partition),
    isMine: (partition) => owned.has(partition) && !draining.has(partition),
    mine: () => [...owned.keys()].filter((partition) => !draining.has(partition)),
    owned: () => [...owned.keys()],
    draining: () => [...draining],
    isDraining: () => draining.size > 0,
    become: (view, until) => {
      owned = new Map(view.owned);
      draining = new Set(view.surplus);
      processes = view.processes;
      validUntil = until;
    },
    clear: () => {
      owned = new Map();
      draining = new Set();
      validUntil = 0;
    },
    isLeaseValid: () => now() < validUntil,
    processes: () => processes,
  };
}
