// What a run holds on to: connections, messages, transactions, memory. Read at rest before it and at rest after it.
import type pg from 'pg';
import type { Database } from '../../db/deps.ts';
import { queuesOf } from '../../workers/amqp/topology.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import { eventually } from '../support/eventually.ts';
import type { Exposition } from '../support/exposition.ts';
import type { Held } from '../support/invariants.ts';
import type { FaultProxy } from '../support/proxy.ts';
import { management } from '../support/rabbit.ts';
import type { TestStack } from '../support/stack.ts';
import type { Supervised } from '../support/supervised.ts';

/** Whom to ask. */
export type Holders = {
  readonly stack: TestStack;
  readonly admin: pg.Pool;
  readonly database: Pick<Database, 'pool' | 'systemPool'>;
  readonly databaseProxy: Pick<FaultProxy, 'connections'>;
  readonly brokerProxy: Pick<FaultProxy, 'connections'>;
  readonly processes: Pick<Supervised, 'metrics'>;
  readonly rows: readonly ConsumerRow[];
  /** So many handlers may still be waiting, each in its transaction, for a server that is away on purpose. */
  readonly waitingHandlers?: number;
};

/** `restMs`: so long it is asked again what is not back yet. `forgottenAfterMs`: a transaction in which nothing was done for so long is forgotten. */
export type Patience = { readonly restMs: number; readonly forgottenAfterMs: number };

/** Longer than any handler waits inside of its transaction (5 s for Temporal); the server ends it after 10 s, and with it what there was to see. */
const usualPatience: Patience = { restMs: 12_000, forgottenAfterMs: 6_000 };
/** Of code from before processes told of their pools: the sum of all of them is below it. */
const mostConnections = 80;
/** The load's own bell, which is in none of its pools and comes and goes. */
const bellConnections = 1;
/** A young heap grows before it is collected: so much on top of the 20 %. */
const youngHeapBytes = 64 * 1024 * 1024;

/** Asks until everything was as low as it may be, at most for a while; `before`: what was answered before the run. The lowest of all answers counts. */
export async function readHeld(
  holders: Holders,
  before: readonly Held[] | undefined,
  patience: Patience = usualPatience,
): Promise<readonly Held[]> {
  const deadline = performance.now() + patience.restMs;
  let lowest: readonly Held[] = [];
  for (;;) {
    const asked = await ask(holders, before, patience);
    lowest = asked.map((one) => {
      const known = lowest.find(({ what }) => what === one.what);
      return known && known.after < one.after ? known : one;
    });
    const isLow = lowest.every(({ before: was, after, allowed }) => after <= was + allowed);
    if (isLow || performance.now() > deadline) return lowest;
    await new Promise((resolve) => setTimeout(resolve, Math.min(250, patience.restMs / 4)));
  }
}

/** Messages in a consumer's queue and its retry queues, as the broker's management knows them; what it does not know counts as one. */
export async function queueDepths(stack: TestStack, rows: readonly ConsumerRow[]): Promise<Map<string, number>> {
  // The broker may have been restarted just now.
  const queues = await eventually(() =>
    management<{ name: string; messages?: number }[]>(
      stack.amqpManagementUrl,
      'GET',
      'queues/%2F?columns=name,messages',
    ),
  );
  return new Map(
    rows.map((row) => {
      // What is in the dead letters shows as a missing effect.
      const { queue, deadQueue } = queuesOf(stack.amqpPrefix, row);
      const own = queues.filter(({ name }) => name.startsWith(queue) && name !== deadQueue);
      return [row.name, own.reduce((sum, { messages = 1 }) => sum + messages, 0)];
    }),
  );
}

/** Clients of the two pools that nobody gave back. */
export function clientsHeld({ pool, systemPool }: Holders['database']): Held[] {
  return Object.entries({ pool, systemPool }).map(([name, one]) => ({
    what: `clients not given back to the load's ${name}`,
    before: 0,
    after: one.totalCount - one.idleCount,
    allowed: 0,
  }));
}

async function ask(
  { stack, admin, database, databaseProxy, brokerProxy, processes, rows, waitingHandlers = 0 }: Holders,
  before: readonly Held[] | undefined,
  { forgottenAfterMs }: Patience,
): Promise<Held[]> {
  const was = (what: string): number | undefined => before?.find((one) => one.what === what)?.after;
  /** As much as before the run; nothing, where there was none of it. */
  const asBefore = (what: string, after: number, allowed = 0): Held => ({
    what,
    before: before === undefined ? after : (was(what) ?? 0),
    after,
    allowed,
  });
  const { rows: open } = await admin.query<{ count: number | string }>(
    `select count(*) as count from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'
       and clock_timestamp() - state_change > make_interval(secs => $1::float8 / 1000)`,
    [forgottenAfterMs],
  );
  const pages = await processes.metrics();
  const pools = [...pages].flatMap(([process, page]) => poolsOf(process, page));
  const isToldByAll = [...pages.keys()].every((name) => pools.some(({ process }) => process === name));
  const inPools =
    pools.reduce((sum, { open: count }) => sum + count, 0) + database.pool.totalCount + database.systemPool.totalCount;
  const elsewhere = Math.max(0, databaseProxy.connections() - inPools);
  const depths = await queueDepths(stack, rows);
  return [
    { what: 'transactions left open', before: 0, after: Number(open[0]?.count), allowed: 0 },
    asBefore(
      'connections to the database beside the pools',
      elsewhere,
      isToldByAll ? bellConnections : mostConnections,
    ),
    asBefore('connections to the broker', brokerProxy.connections()),
    ...clientsHeld(database),
    ...pools.flatMap(({ process, pool, busy, waiting }): Held[] => [
      {
        what: `clients not given back to the pool ${pool} of ${process}`,
        before: 0,
        after: busy,
        allowed: pool === 'consumer' ? waitingHandlers : 0,
      },
      { what: `who waits for the pool ${pool} of ${process}`, before: 0, after: waiting, allowed: 0 },
    ]),
    // Before the run nothing was sent; and the broker knows a new queue's count only seconds later.
    ...[...depths].map(([name, count]) => ({
      ...{ what: `queue ${name}`, before: 0, allowed: 0 },
      after: before === undefined ? 0 : count,
    })),
    ...[...pages].flatMap(([name, page]) => {
      const bytes = figureOf(page, 'process_resident_memory_bytes', {});
      const first = was(`memory of ${name}`) ?? bytes;
      return [asBefore(`memory of ${name}`, bytes, first * 0.2 + youngHeapBytes)];
    }),
  ];
}

/** A pool of a process, as it tells itself. */
type ToldPool = { readonly process: string; readonly pool: string; open: number; busy: number; waiting: number };

function poolsOf(process: string, page: Exposition): ToldPool[] {
  const names = page.series
    .filter(({ name }) => name === 'messaging_database_pool_waiting')
    .map(({ labels }) => labels['pool'] ?? '');
  return names.map((pool) => {
    const busy = figureOf(page, 'messaging_database_pool_connections', { pool, state: 'busy' });
    const idle = figureOf(page, 'messaging_database_pool_connections', { pool, state: 'idle' });
    return {
      process,
      pool,
      busy,
      open: busy + idle,
      waiting: figureOf(page, 'messaging_database_pool_waiting', { pool }),
    };
  });
}

function figureOf({ series }: Exposition, name: string, labels: Readonly<Record<string, string>>): number {
  const own = series.find(
    (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  );
  return own?.value ?? 0;
}
