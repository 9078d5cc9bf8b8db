// What a process has of the database, in its metrics: the connections of each pool, who waits for one, and transactions that had to be run again.
import type { Metrics } from '../platform/metrics.ts';
import { openPools } from './pool.ts';
import { onRetry } from './transaction.ts';

/** Registers the metrics, over all pools of the process whenever they are opened. Call it once in a process. */
export function measureDatabase(metrics: Metrics): void {
  metrics.gauge({
    name: 'database_pool_connections',
    help: 'Connections of the pool: busy ones are lent out, idle ones wait to be.',
    labels: ['pool', 'state'],
    collect: (self) => {
      self.reset();
      for (const [{ totalCount, idleCount }, pool] of openPools()) {
        // Two of one name, as when a relay helps out in the worker for a while, count together.
        self.inc({ pool, state: 'busy' }, totalCount - idleCount);
        self.inc({ pool, state: 'idle' }, idleCount);
      }
    },
  });
  metrics.gauge({
    name: 'database_pool_waiting',
    help: 'Who waits for a connection of the pool: more than 0 for long means that the pool is too small, or that connections are not given back.',
    labels: ['pool'],
    collect: (self) => {
      self.reset();
      // Who comes while one is idle has it in the same moment: such as the question whether the database is there, which reading these figures asks.
      for (const [{ waitingCount, idleCount }, pool] of openPools())
        self.inc({ pool }, Math.max(0, waitingCount - idleCount));
    },
  });
  const retries = metrics.counter({
    name: 'database_retries_total',
    help: 'Transactions run again because another one was in the way, by the number of the run; after the 5th the caller is told.',
    labels: ['run'],
  });
  onRetry((run) => retries.inc({ run: String(run) }));
}
