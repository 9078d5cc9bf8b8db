// Wires what a process needs of the database: pools, keys, bells. One call per process; close() gives everything back.

import { type Clock, type Ids, systemClock, uuidv7Ids } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { createSubjectKeys } from '../platform/crypto/subject-keys.ts';
import { type Bell, createBell } from './bell.ts';
import type { ExecuteDeps } from './execute.ts';
import { createPool, type Pool } from './pool.ts';
import { subjectKeyStore } from './subject-key-store.ts';
import { createKeysOf } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

/** Everything that touches the database gets one of these. `pool`: app_user, `systemPool`: app_system. */
export type Database = ExecuteDeps & {
  readonly pool: Pool;
  readonly systemPool: Pool;
  readonly ids: Ids;
  readonly rawEventsBell: Bell;
  readonly close: () => Promise<void>;
};

/** How long another process may go on using a key that was destroyed meanwhile. */
const keyCacheTtlMs = 30_000;

/** Opens the pools lazily. `onError` hears of idle connections that died. */
export function openDatabase(
  config: Config,
  options: {
    readonly name: string;
    readonly clock?: Clock;
    readonly ids?: Ids;
    readonly onError?: (error: Error) => void;
  },
): Database {
  const { clock = systemClock, ids = uuidv7Ids } = options;
  const listener = options.onError ? { onIdleError: options.onError } : {};
  const pool = createPool({
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    name: options.name,
    ...listener,
  });
  const systemPool = createPool({
    url: config.DATABASE_SYSTEM_URL,
    size: 4,
    name: `${options.name}-system`,
    ...listener,
  });
  // Bells ring on a connection of their own: a busy pool must not delay the hint.
  const bellPool = createPool({ url: config.DATABASE_SYSTEM_URL, size: 1, name: `${options.name}-bell`, ...listener });
  const subjectKeys = createSubjectKeys<Tx>({
    masterKey: Buffer.from(config.MASTER_KEY, 'base64'),
    store: subjectKeyStore,
    cacheTtlMs: keyCacheTtlMs,
    max: 50_000,
    clock,
  });
  return {
    pool,
    systemPool,
    clock,
    ids,
    keysOf: createKeysOf(subjectKeys),
    snapshotEvery: config.SNAPSHOT_EVERY_EVENTS,
    bell: createBell(bellPool, 'outbox_events'),
    rawEventsBell: createBell(bellPool, 'raw_events'),
    close: async () => {
      await Promise.all([pool.end(), systemPool.end(), bellPool.end()]);
    },
  };
}
