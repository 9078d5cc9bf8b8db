// What a run holds on to: connections, messages, transactions, memory. Read at rest before it and at rest after it.
import type pg from 'pg';
import type { Database } from '../../db/deps.ts';
import { queuesOf } from '../../workers/amqp/topology.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import type { Ledger } from '../support/invariants.ts';
import type { FaultProxy } from '../support/proxy.ts';
import { management } from '../support/rabbit.ts';
import type { TestStack } from '../support/stack.ts';
import type { Supervised } from '../support/supervised.ts';

/** Whom to ask. */
export type Holders = {
  readonly stack: TestStack;
  readonly admin: pg.Pool;
  readonly database: Database;
  readonly databaseProxy: FaultProxy;
  readonly brokerProxy: FaultProxy;
  readonly processes: Supervised;
  readonly rows: readonly ConsumerRow[];
};

/** Most connections that our processes may have to the database together: the sum of their pools is below it. */
const mostConnections = 80;
/** A young heap grows before it is collected: so much on top of the 20 %. */
const youngHeapBytes = 64 * 1024 * 1024;
/** Longer than any handler waits inside of its transaction (5 s for Temporal): what is open then is forgotten. */
const restMs = 12_000;

/** Asks until everything is as low as it may be, at most for a while; `before`: what was answered before the run. */
export async function readHeld(holders: Holders, before: Ledger['held'] | undefined): Promise<Ledger['held']> {
  const deadline = performance.now() + restMs;
  for (;;) {
    const held = await ask(holders, before);
    const isLow = held.every(({ before: was, after, allowed }) => after <= was + allowed);
    if (isLow || performance.now() > deadline) return held;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Clients of the two pools that nobody gave back. */
export function clientsHeld({ pool, systemPool }: Pick<Database, 'pool' | 'systemPool'>): Ledger['held'] {
  return Object.entries({ pool, systemPool }).map(([name, one]) => ({
    what: `clients not given back to the ${name}`,
    before: 0,
    after: one.totalCount - one.idleCount,
    allowed: 0,
  }));
}

async function ask(holders: Holders, before: Ledger['held'] | undefined): Promise<Ledger['held']> {
  const { stack, admin, database, databaseProxy, brokerProxy, processes, rows } = holders;
  const was = (what: string): number | undefined => before?.find((one) => one.what === what)?.after;
  const { rows: open } = await admin.query<{ count: number | string }>(
    `select count(*) as count from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'
       and clock_timestamp() - state_change > interval '6 seconds'`,
  );
  const held = [
    { what: 'transactions left open', before: 0, after: Number(open[0]?.count), allowed: 0 },
    { what: 'connections to the database', before: 0, after: databaseProxy.connections(), allowed: mostConnections },
    {
      what: 'connections to the broker',
      before: was('connections to the broker') ?? brokerProxy.connections(),
      after: brokerProxy.connections(),
      allowed: 0,
    },
    ...clientsHeld(database),
  ];
  const queues = await management<{ name: string; messages?: number }[]>(
    stack.amqpManagementUrl,
    'GET',
    'queues/%2F?columns=name,messages',
  );
  for (const row of rows) {
    // Its retry queues too; what is in the dead letters shows as a missing effect.
    const { queue, deadQueue } = queuesOf(stack.amqpPrefix, row);
    const own = queues.filter(({ name }) => name.startsWith(queue) && name !== deadQueue);
    const count = own.reduce((sum, { messages = 0 }) => sum + messages, 0);
    held.push({ what: `queue ${row.name}`, before: 0, after: count, allowed: 0 });
  }
  const memory = await processes.memory();
  for (const [name, bytes] of memory) {
    const what = `memory of ${name}, pid ${processes.get(name).pid}`;
    const base = was(what) ?? bytes;
    held.push({ what, before: base, after: bytes, allowed: base * 0.2 + youngHeapBytes });
  }
  return held;
}
