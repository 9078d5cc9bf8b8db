// The consumers' ports on PostgreSQL and the process's own clock.
import {
  lockPosition,
  movePosition,
  parkEvent,
  readyAggregates,
  removeParked,
  takeParked,
} from '../../db/parked-events.ts';
import type { Pool } from '../../db/pool.ts';
import {
  claimEvent,
  countFailure,
  forgetFailure,
  lockFailure,
  markDead,
  noteDuration,
} from '../../db/processed-events.ts';
import { inSystem, inTenant } from '../../db/transaction.ts';
import { pause } from '../../platform/pause.ts';
import type { ConsumerStore, ConsumerTime } from './ports.ts';

/** The store; `systemPool` sees which aggregates of all tenants could go on. */
export function createConsumerStore(pool: Pool, systemPool: Pool): ConsumerStore {
  return {
    inTenant: (tenantId, work) => inTenant(pool, tenantId, work),
    readyAggregates: (consumer) => inSystem(systemPool, (tx) => readyAggregates(tx, consumer)),
    lockPosition,
    movePosition,
    parkEvent,
    removeParked,
    takeParked,
    claimEvent,
    countFailure,
    forgetFailure,
    lockFailure,
    markDead,
    noteDuration,
  };
}

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
