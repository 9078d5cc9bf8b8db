// What the processing of a delivery needs of the world: transactions with claims, places and parked events, queues to put it off or give it up, time. Small enough to be simulated.
import type * as parkedEvents from '../../db/parked-events.ts';
import type * as processedEvents from '../../db/processed-events.ts';
import type { Tx } from '../../db/transaction.ts';
import type { Consumer } from './consumer.ts';
import type { Delivery } from './parse-delivery.ts';

/** The database as consumers use it: whatever happens inside one transaction is there as a whole or not at all. */
export type ConsumerStore = {
  readonly inTenant: <T>(tenantId: string, work: (tx: Tx) => Promise<T>) => Promise<T>;
  readonly readyAggregates: (consumer: string) => Promise<readonly parkedEvents.ReadyAggregate[]>;
} & Pick<typeof parkedEvents, 'lockPosition' | 'movePosition' | 'parkEvent' | 'removeParked' | 'takeParked'> &
  Pick<
    typeof processedEvents,
    'claimEvent' | 'countFailure' | 'forgetFailure' | 'lockFailure' | 'markDead' | 'noteDuration'
  >;

/** What batches need beside: the same for many in one statement. */
export type BatchStore = Pick<typeof parkedEvents, 'lockPositions' | 'movePositions'> &
  Pick<typeof processedEvents, 'claimEvents' | 'noteDurations'>;

/** Time and chance. `now`: milliseconds of a clock that never goes back. `pause` ends early with its signal and never rejects. `after` gives its cancellation. */
export type ConsumerTime = {
  readonly now: () => number;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly after: (ms: number, then: () => void) => () => void;
  readonly random: () => number;
};

/** Resolves when the broker has the dead letter for good; rejects within seconds when it has not. */
export type DeadLetter = (consumer: Consumer, delivery: Delivery, reason: string, attempts: number) => Promise<void>;

/** Resolves when the broker has the event for good and will deliver it again after `delayMs`; rejects within seconds when it has not. */
export type RetryLater = (consumer: Consumer, delivery: Delivery, delayMs: number) => Promise<void>;

/** Everything the processing of deliveries needs. Without `batchStore` each is taken by itself. */
export type ConsumerPorts = {
  readonly store: ConsumerStore;
  readonly batchStore?: BatchStore;
  readonly time: ConsumerTime;
  readonly deadLetter: DeadLetter;
  readonly retryLater: RetryLater;
};
