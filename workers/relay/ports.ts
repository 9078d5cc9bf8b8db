// What the relay needs of the world: leases, the outbox, a publisher, a clock. Small enough to be simulated.
import type { OutboxRow } from '../../db/outbox-row.ts';
import type { Outcome } from '../amqp/publisher.ts';

/** An outbox row on its way. `skip`: discarded by an operator, only a skip marker is sent. */
export type PendingEvent = OutboxRow;

/** The answer to a beat. `owned`: partition → fence. `surplus`: give these up once nothing of them is in flight. */
export type LeaseView = {
  readonly owned: ReadonlyMap<number, number>;
  readonly surplus: readonly number[];
  readonly processes: number;
  /** When the next other process may be found dead. */
  readonly nextExpiryMs: number;
};

/** Ownership of the 64 partitions. A lease lives `leaseMs` from the beat. */
export type LeasePort = {
  readonly leaseMs: number;
  readonly beat: (drained: readonly number[]) => Promise<LeaseView>;
  readonly leave: () => Promise<void>;
};

/** What a read of pending rows asks for. `except`: rows that are on their way already. */
export type PendingQuery = {
  readonly after: number;
  readonly partitions: readonly number[];
  readonly except: readonly number[];
  readonly heldAggregates: readonly string[];
  readonly limit: number;
  /** Also tell `newest`. */
  readonly wantsNewest: boolean;
};

/**
 * A read and its snapshot: all transactions below `oldestOpen` had ended; those from `newest` on had not begun. A snapshot's own upper bound will not
 * do for that: it lies below transactions that run but are younger than any that has ended.
 */
export type PendingRead = {
  readonly events: readonly PendingEvent[];
  readonly oldestOpen: number;
  readonly newest: number | null;
};

/** One row of an aggregate that was held back. `waitMs`: 0 = may go, Infinity = given up. `isSuspect`: it failed before, or is redriven. */
export type HeldEvent = { readonly event: PendingEvent; readonly waitMs: number; readonly isSuspect: boolean };

/** An aggregate, its partition, and the position of the row that it is named for. */
export type AggregateRef = { readonly aggregateId: string; readonly partition: number; readonly id: number };

/** The outbox. Every write is fenced: it changes nothing in partitions that have another owner by now. */
export type OutboxPort = {
  /** Rows that were never tried, in order of position, of one snapshot. */
  readonly readPending: (query: PendingQuery) => Promise<PendingRead>;
  /** Aggregates with a row that waits for its next try or was given up. */
  readonly readHolding: (partitions: readonly number[]) => Promise<readonly AggregateRef[]>;
  /** Aggregates with a row whose next try is due. */
  readonly readDue: (partitions: readonly number[]) => Promise<readonly AggregateRef[]>;
  /** The rows of one aggregate that are not out yet, in order of sequence. */
  readonly readAggregate: (aggregateId: string, limit: number) => Promise<readonly HeldEvent[]>;
  readonly markSent: (events: readonly { readonly event: PendingEvent; readonly fence: number }[]) => Promise<void>;
  /** Counts a failed try of the event itself. */
  readonly markFailedTry: (
    event: PendingEvent,
    fence: number,
    reason: string,
    next: { readonly waitMs: number; readonly giveUp: boolean },
  ) => Promise<void>;
};

/** Sends events. `ready`: it is worth while to hand it any. */
export type PublishPort = {
  readonly ready: () => boolean;
  readonly publish: (event: PendingEvent, settle: (outcome: Outcome) => void) => void;
};

/** Counts and tells; every call may be a no-op. */
export type RelayObserver = {
  readonly sent?: (event: PendingEvent, tookMs: number) => void;
  readonly failedTry?: (event: PendingEvent, reason: string, gaveUp: boolean) => void;
  readonly returnedUnbound?: (event: PendingEvent) => void;
  readonly nacked?: (event: PendingEvent) => void;
  /** From a bell to the end of the read that found what it rang for. */
  readonly bellAnswered?: (tookMs: number) => void;
};

/** Everything the relay needs. `now`: milliseconds of a clock that never goes back. `isBound`: does any consumer want this type? */
export type RelayPorts = {
  readonly leases: LeasePort;
  readonly outbox: OutboxPort;
  readonly publisher: PublishPort;
  readonly now: () => number;
  readonly random: () => number;
  readonly isBound: (type: string) => boolean;
  readonly observer: RelayObserver;
};

/** Its sizes. `window`: published and not yet marked, which is also how many duplicates a crash can cause. */
export type RelayOptions = {
  readonly window: number;
  readonly windowBytes: number;
  readonly batch: number;
  readonly maxTries: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** Confirmed events are marked together: a quarter of the window, or what has gathered by then. */
  readonly gatherMs: number;
  readonly nackWaitMs: number;
  readonly nackMaxMs: number;
  readonly sweepEveryMs: number;
  readonly dueEveryMs: number;
};

/** What is measured to be good; tries wait about 1, 4, 16 and 64 s. */
export const defaultRelayOptions: RelayOptions = {
  window: 1_000,
  windowBytes: 16 * 1024 * 1024,
  batch: 500,
  maxTries: 5,
  retryBaseMs: 1_000,
  retryMaxMs: 300_000,
  gatherMs: 20,
  nackWaitMs: 200,
  nackMaxMs: 5_000,
  sweepEveryMs: 30_000,
  dueEveryMs: 500,
};
