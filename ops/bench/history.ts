// `npm run bench:history -- [past events] [pending events]`: what the relay does with an outbox that holds nothing else, and with one that holds many sent events,
// in one run. Runs on the servers that TEST_… name, else on those of `npm run test:stack`.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createPool } from '../../db/pool.ts';
import { uuidv7Ids } from '../../platform/clock.ts';
import { createLogger } from '../../platform/log.ts';
import { explain } from '../../test/support/explain.ts';
import { writeHistory } from '../../test/support/history.ts';
import { testStack } from '../../test/support/stack.ts';
import { createRelayPool } from '../../workers/relay/postgres-ports.ts';
import { runRelay } from '../../workers/relay/run-relay.ts';
import { relayStatements } from '../../workers/relay/statements.ts';
import { sharedTestEnvironment } from '../stack/test-stack.ts';

const past = Number(process.argv[2] ?? 1_000_000);
const pending = Number(process.argv[3] ?? 5_000);
const rounds = 3;
const batch = 500;
if (!(past > 0 && pending >= batch)) {
  console.error(`usage: npm run bench:history -- [past events, above 0] [pending events, at least ${batch}]`);
  process.exit(2);
}
const servers = process.env['TEST_DATABASE_ADMIN_URL'] ? process.env : sharedTestEnvironment();
if (!servers) {
  console.error('There are no servers to measure on: run `npm run test:stack` in another terminal first.');
  process.exit(2);
}
const stack = await testStack('bench_history', servers);
const pool = createPool({ url: stack.systemUrl, size: 4, name: 'bench-history' });
const relayPool = createRelayPool(stack.systemUrl, 'bench-history-relay', () => undefined);
const row = {
  name: 'bench',
  on: { types: ['message.#'] },
  prefetch: 1_000,
  concurrency: 1,
  maxAttempts: 1,
  queueVersion: 1,
};
const everything = '-1';

try {
  await pool.query("insert into tenants (tenant_id, name) values ('bench', 'Bench')");
  await measure();
  const empty = await measureMedian();
  const startedAt = performance.now();
  await writeHistory(pool, past, { tenantId: 'bench' });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  await vacuum();
  const full = await measureMedian();
  console.log(
    `${pending} pending events; medians of ${rounds} rounds; ${past} past events were written in ${seconds} s`,
  );
  console.table({ 'nothing sent before': empty, [`${past} sent before`]: full });
} finally {
  await Promise.all([pool.end(), relayPool.end()]);
  await stack.close();
}

type Figures = Record<'first read, pages' | 'first read, ms' | 'drain, events/s', number>;

async function measureMedian(): Promise<Figures> {
  const all: Figures[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await measure());
  const names = Object.keys(all[0] ?? {}) as (keyof Figures)[];
  return Object.fromEntries(names.map((name) => [name, median(all.map((one) => one[name]))])) as Figures;
}

/** Writes the pending ones, reads the first batch as the relay does, and lets a relay send them all. */
async function measure(): Promise<Figures> {
  await pool.query(
    `insert into outbox_events (event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, event_data, metadata, correlation_id, tenant_id, created_at)
     select event_id, md5((n % 500)::text || $1)::uuid, 'message', 1 + n / 500, 'message.sent', 'v1', jsonb_build_object('padding', repeat('x', 300)),
       jsonb_build_object('causation_id', event_id), correlation_id, 'bench', clock_timestamp()
     from unnest($2::uuid[], $3::uuid[]) with ordinality as made (event_id, correlation_id, n)`,
    [randomUUID(), ids(), ids()],
  );
  const read = await explain(relayPool, relayStatements.pending.text, [0, everything, [], [], batch, true]);
  return { 'first read, pages': read.pages, 'first read, ms': read.ms, 'drain, events/s': Math.round(await drain()) };
}

/** Ids as the product draws them: in order of time. Random ones would each touch another page of the index. */
function ids(): string[] {
  return Array.from({ length: pending }, () => uuidv7Ids.next());
}

/** Events a second from the broker's connection to the last mark. */
async function drain(): Promise<number> {
  let sent = 0;
  const relay = runRelay({
    databaseUrl: stack.systemUrl,
    amqpUrl: stack.amqpUrl,
    prefix: stack.amqpPrefix,
    exchange: stack.config.AMQP_EXCHANGE,
    rows: [row],
    name: 'bench-history',
    log: createLogger({ name: 'bench-history', level: 'warn' }),
    observer: {
      sent: () => {
        sent += 1;
      },
    },
  });
  try {
    while (relay.health().broker !== 'open') await tick();
    const startedAt = performance.now();
    const stopAt = startedAt + 120_000;
    while (sent < pending || relay.health().inWindow > 0) {
      if (performance.now() > stopAt)
        throw new Error(`only ${sent} of ${pending} went out; the broker is ${relay.health().broker}`);
      await tick();
    }
    return (pending / (performance.now() - startedAt)) * 1_000;
  } finally {
    await relay.stop();
  }
}

async function vacuum(): Promise<void> {
  const admin = new pg.Client({ connectionString: stack.adminUrl });
  await admin.connect();
  await admin.query('vacuum analyze outbox_events');
  // What was written before is not to be written out while a relay is timed.
  await admin.query('checkpoint');
  await admin.end();
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}
