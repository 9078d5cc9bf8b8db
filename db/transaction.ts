// inTenant() and inSystem(): the only BEGIN in the program. Own code, because drizzle's transaction() leaks clients and crashes on a killed backend.
import { createHash } from 'node:crypto';
import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { isRetryableInTransaction, isStalePlan, isWithoutAnswer, translateDatabaseError } from './errors.ts';
import type { Pool } from './pool.ts';

/** One open transaction. `onCommit` work runs after COMMIT was acknowledged, in order, and must not throw. */
export type Tx = {
  readonly tenantId: string | null;
  readonly query: <Row extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ) => Promise<pg.QueryResult<Row>>;
  readonly db: NodePgDatabase;
  readonly onCommit: (work: () => void) => void;
};

/** Runs `work` in one transaction inside a tenant: row-level security sees only its rows. Throws DomainError for what a table of codes knows, else what was thrown. */
export function inTenant<T>(pool: Pool, tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(pool, tenantId, work);
}

/** Runs `work` in one transaction of the system role (relay, dispatcher, sign-in): sees only tables that have a policy for it. */
export function inSystem<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(pool, null, work);
}

const retryListeners = new Set<(run: number) => void>();

/** Tells each time that a transaction is run again, and for which time it runs then: 2 for the first retry. */
export function onRetry(listener: (run: number) => void): void {
  retryListeners.add(listener);
}

/** Like inTenant, but runs the whole of `work` again (at most `attempts` times) when another transaction was in the way. */
export async function inTenantRetrying<T>(
  pool: Pool,
  tenantId: string,
  work: (tx: Tx, attempt: number) => Promise<T>,
  attempts = 5,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact(pool, tenantId, (tx) => work(tx, attempt));
    } catch (error) {
      if (attempt >= attempts || !isRetryableInTransaction(error)) throw error;
      for (const tell of retryListeners) tell(attempt + 1);
    }
  }
}

/**
 * One statement as a transaction of its own, in one round trip instead of three. `text` is an `insert … select … from tenant`: the row comes
 * out of the common table that sets the tenant, so it is set before the row meets its policy.
 */
export async function inTenantAtOnce<Row extends pg.QueryResultRow>(
  pool: Pool,
  tenantId: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  if (!text.includes(' from tenant')) throw new Error('The statement must take its rows from tenant.');
  const tenant = `select set_config('app.current_tenant', $${values.length + 1}, true) as id`;
  const whole = `with tenant as materialized (${tenant}) ${text}`;
  try {
    return (await pool.query<Row>({ name: statementName(whole), text: whole, values: [...values, tenantId] })).rows;
  } catch (error) {
    throw translateDatabaseError(error);
  }
}

const statementNames = new Map<string, string>();

/** Prepared once a connection: with row-level security, planning a statement costs more than running it. One name a text, on every connection. */
function statementName(text: string): string {
  let name = statementNames.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 24);
    statementNames.set(text, name);
  }
  return name;
}

/** The same connection for drizzle, which does not name the statements it builds. */
function preparing(client: pg.PoolClient, isOver: () => boolean): pg.PoolClient {
  const query = (config: pg.QueryConfig, values?: unknown[]) =>
    isOver() ? Promise.reject(over()) : client.query({ ...config, name: statementName(config.text) }, values);
  return Object.create(client, { query: { value: query } }) as pg.PoolClient;
}

const over = (): Error => new Error('The transaction is over; nothing more can be done in it.');

async function transact<T>(pool: Pool, tenantId: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw translateDatabaseError(error);
  }
  let broken: Error | undefined;
  // A checked-out client has no listener of its own: without this one a killed backend is an uncaught exception.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  const committed: (() => void)[] = [];
  // Whoever goes on after it has ended would write into the transaction of the connection's next borrower.
  let isOver = false;
  try {
    // One round trip: the setting is local to this transaction, so that it can't leak to the next borrower.
    await client.query(
      tenantId === null
        ? 'begin'
        : `begin; select set_config('app.current_tenant', ${client.escapeLiteral(tenantId)}, true)`,
    );
    const result = await work({
      tenantId,
      query: (text, values) => {
        if (isOver) return Promise.reject(over());
        return values === undefined
          ? client.query(text)
          : client.query({ name: statementName(text), text, values: [...values] });
      },
      get db() {
        return drizzle(preparing(client, () => isOver));
      },
      onCommit: (then) => committed.push(then),
    });
    isOver = true;
    await client.query('commit');
    for (const then of committed) then();
    return result;
  } catch (thrown) {
    isOver = true;
    // Its own text holds the parameters.
    const error = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
    if (isStalePlan(error) || isWithoutAnswer(error)) broken = error as Error;
    if (broken === undefined)
      await client.query('rollback').catch((failure: Error) => {
        broken = failure;
      });
    throw translateDatabaseError(error);
  } finally {
    client.off('error', onError);
    client.release(broken ?? false);
  }
}
