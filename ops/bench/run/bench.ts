// What every part of the benchmark works with: the database, the queues, the contenders' processes, the sizes and the progress line.
import pg from 'pg';
import type { TestDatabase } from '../../../test/support/database.ts';
import type { Sizes } from '../sizes.ts';
import type { Arrivals } from './arrivals.ts';
import type { Children } from './child.ts';
import type { ContenderSettings } from './contender.ts';
import type { Place } from './lineup.ts';
import type { QueueKind, QueuePlace } from './queue.ts';

/** A queue with the counter of what reaches it. */
export type WatchedQueue = QueuePlace & { readonly arrivals: Arrivals };

/** Everything. `say` replaces the progress line. */
export type Bench = Place & {
  readonly sizes: Sizes;
  readonly database: TestDatabase;
  readonly amqpUrl: string;
  readonly queues: Readonly<Record<QueueKind, WatchedQueue>>;
  readonly children: Children;
  readonly say: (what: string) => void;
};

/** A superuser's pool without time limits; its backends are left out of every CPU figure. */
export function createAdminPool(adminUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: adminUrl,
    max: 4,
    application_name: 'bench-admin',
    options: '-c timezone=UTC',
  });
  pool.on('error', () => undefined);
  return pool;
}

/** The addresses for a contender that publishes to `queue`. */
export function settingsFor(bench: Bench, queue: QueuePlace, name: string): ContenderSettings {
  return {
    url: bench.database.systemUrl,
    userUrl: bench.database.userUrl,
    adminUrl: bench.adminUrl,
    amqpUrl: bench.amqpUrl,
    prefix: queue.prefix,
    exchange: queue.exchange,
    name,
  };
}

/** Runs `work` for each item in turn, `rounds` times over all of them, so that a slow minute of the machine hits everybody. */
export async function interleave<Item>(
  rounds: number,
  items: readonly Item[],
  work: (item: Item, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 1; round <= rounds; round += 1) for (const item of items) await work(item, round);
}
