// The consumers' ports on PostgreSQL and the process's own clock.
import * as parkedEvents from '../../db/parked-events.ts';
import type { Pool } from '../../db/pool.ts';
import * as processedEvents from '../../db/processed-events.ts';
import { inSystem, inTenant } from '../../db/transaction.ts';
import { pause } from '../../platform/pause.ts';
import type { BatchStore, ConsumerStore, ConsumerTime } from './ports.ts';

/** The store; `systemPool` sees which aggregates of all tenants could go on. */
export function createConsumerStore(pool: Pool, systemPool: Pool): ConsumerStore {
  const { lockPosition, movePosition, parkEvent, removeParked, takeParked } = parkedEvents;
  return {
    ...processedEvents,
    lockPosition,
    movePosition,
    parkEvent,
    removeParked,
    takeParked,
    inTenant: (tenantId, work) => inTenant(pool, tenantId, work),
    readyAggregates: (consumer) => inSystem(systemPool, (tx) => parkedEvents.readyAggregates(tx, consumer)),
  };
}

/** What batches need of it. */
export const batchStore: BatchStore = { ...parkedEvents, ...processedEvents };

/** The process's own time. */
export const systemTime: ConsumerTime = {
  now: () => performance.now(),
  pause,
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
