// The connection pools: time-outs that end every wait, and error listeners, because an idle client's death would else end the process.
import pg from 'pg';

// bigint columns are positions and counts far below 2^53: read them as numbers.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => Number(text));

/** A pool with `onIdleError` attached; every wait inside it ends: connect 5 s, statement 5 s, lock 2 s, idle in transaction 10 s, no answer at all 7 s. */
export type Pool = pg.Pool;

/** What a pool needs. `name` shows in pg_stat_activity, and `label` in the metrics, where it must be one of few: the name when left out. */
export type PoolOptions = {
  readonly url: string;
  readonly size: number;
  readonly name: string;
  readonly label?: string;
  readonly onIdleError?: (error: Error) => void;
  /** So long a statement may stay without an answer, also from a server that can't be heard any more; then its connection is given up. */
  readonly answerWithinMs?: number;
  /** Further settings of each session, by their PostgreSQL names. */
  readonly settings?: Readonly<Record<string, string>>;
};

const sessionSettings = {
  statement_timeout: '5000',
  lock_timeout: '2000',
  idle_in_transaction_session_timeout: '10000',
  timezone: 'UTC',
};

/** What this process has opened and not ended, with what it is called in the metrics. */
const open = new Map<Pool, string>();

/** The pools of this process that have not ended, and what each is called. */
export function openPools(): ReadonlyMap<Pool, string> {
  for (const pool of open.keys()) if (pool.ended) open.delete(pool);
  return open;
}

/** Opens a pool lazily: no connection is made before the first query. */
export function createPool(options: PoolOptions): Pool {
  const { url, size, name, label = name, onIdleError, settings, answerWithinMs = 7_000 } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    application_name: name,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    query_timeout: answerWithinMs,
    options: Object.entries({ ...sessionSettings, ...settings })
      .map(([key, value]) => `-c ${key}=${value}`)
      .join(' '),
  });
  pool.on('error', (error) => onIdleError?.(error));
  open.set(pool, label);
  return pool;
}
