// A new consumer's files: a read model of what happened – each event once, or each thing with its count where the order is kept.
import type { Name } from '../words.ts';

/** What a new consumer is. `model` names its table; `sample`: an event that it takes. */
export type NewConsumer = {
  readonly name: string;
  readonly model: Name;
  readonly title: string;
  readonly ordered: boolean;
  readonly takes: readonly string[];
  readonly sample: { readonly type: string; readonly aggregate: string };
};

/** `db/migrations/<number>_<model>.sql` */
export function migrationFile({ name, model: { snake }, ordered }: NewConsumer): string {
  const table = ordered
    ? `-- Read model of ${name}: how often something happened to each thing, and what came last.
create table ${snake} (
  aggregate_id uuid primary key, tenant_id text not null references tenants, aggregate_type text not null, event_count integer not null,
  last_event_type text not null, last_event_at timestamptz not null, last_sequence bigint not null
);`
    : `-- Read model of ${name}: what happened to which thing, an event a row.
create table ${snake} (
  event_id uuid primary key, tenant_id text not null references tenants, aggregate_type text not null, aggregate_id uuid not null,
  event_type text not null, occurred_at timestamptz not null
);`;
  return `${table}
select protect_tenant_table('${snake}', 'select, insert, update', 'select, delete');
`;
}

/** `db/schema/<model>.ts` */
export function schemaFile({ name, model: { snake, camel }, title, ordered }: NewConsumer): string {
  const columns = ordered
    ? `  aggregateId: uuid('aggregate_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  aggregateType: text('aggregate_type').notNull(),
  eventCount: integer('event_count').notNull(),
  lastEventType: text('last_event_type').notNull(),
  lastEventAt: timestamp('last_event_at', { withTimezone: true }).notNull(),
  lastSequence: bigint('last_sequence', { mode: 'number' }).notNull(),`
    : `  eventId: uuid('event_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  aggregateType: text('aggregate_type').notNull(),
  aggregateId: uuid('aggregate_id').notNull(),
  eventType: text('event_type').notNull(),
  occurredAt: timestamp('occurred_at', { withTimezone: true }).notNull(),`;
  const types = ordered ? 'bigint, integer, pgTable, text, timestamp, uuid' : 'pgTable, text, timestamp, uuid';
  return `// ${title}, which ${name} keeps. Proved to match the migrations by test/integration/schema.test.ts.
import { ${types} } from 'drizzle-orm/pg-core';

/** Rows of \`${snake}\`. */
export const ${camel} = pgTable('${snake}', {
${columns}
});
`;
}

/** `db/projections/<model>.ts` */
export function projectionFile({ name, model: { snake, pascal }, ordered }: NewConsumer): string {
  const said = ordered
    ? `// What happened last to each thing, and how often something did: the read model of ${name}.`
    : `// What happened to which thing, an event a row: the read model of ${name}.`;
  const note = ordered
    ? `/** Takes one event, each thing's in their sequence. */
export async function note${pascal}(event: NotedEvent, tx: Tx): Promise<void> {
  const { aggregateId, tenantId, aggregateType, type, time, sequence } = event;
  await tx.query(
    \`insert into ${snake} (aggregate_id, tenant_id, aggregate_type, event_count, last_event_type, last_event_at, last_sequence)
     values ($1, $2, $3, 1, $4, $5, $6)
     on conflict (aggregate_id) do update set event_count = ${snake}.event_count + 1, last_event_type = excluded.last_event_type,
       last_event_at = excluded.last_event_at, last_sequence = excluded.last_sequence\`,
    [aggregateId, tenantId, aggregateType, type, time, sequence],
  );
}

/** Takes the rows of these things out, for a rebuild. As app_system. */
export async function clear${pascal}(tx: Tx, aggregateIds: readonly string[]): Promise<void> {
  await tx.query('delete from ${snake} where aggregate_id = any($1::uuid[])', [aggregateIds]);
}`
    : `/** Takes one event, in whatever order they come. */
export async function note${pascal}(event: NotedEvent, tx: Tx): Promise<void> {
  const { id, tenantId, aggregateType, aggregateId, type, time } = event;
  await tx.query(
    \`insert into ${snake} (event_id, tenant_id, aggregate_type, aggregate_id, event_type, occurred_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (event_id) do nothing\`,
    [id, tenantId, aggregateType, aggregateId, type, time],
  );
}

/** Takes the rows of these events out, for a rebuild. As app_system. */
export async function clear${pascal}(tx: Tx, eventIds: readonly string[]): Promise<void> {
  await tx.query('delete from ${snake} where event_id = any($1::uuid[])', [eventIds]);
}`;
  return `${said}
import type { Envelope } from '../../domain/kernel/envelope.ts';
import type { Tx } from '../transaction.ts';

type NotedEvent = Envelope<string, Readonly<Record<string, unknown>>>;

${note}
`;
}

/** `test/integration/<model>.test.ts` */
export function consumerTest({ name, model, ordered, sample }: NewConsumer): string {
  const { snake, pascal, kebab } = model;
  const more = `{ type: '${sample.type}', aggregateType: '${sample.aggregate}' }`;
  const expected = `[{ count: 2, type: '${sample.type}' }]`;
  const query = ordered
    ? `select event_count as count, last_event_type as type from ${snake}`
    : `select count(*)::integer as count, min(event_type) as type from ${snake} having count(*) > 0`;
  const cleared = ordered ? '[thing]' : 'events.map(({ event }) => event.id)';
  return `// ${name}: an event that comes twice counts once; what is cleared for a rebuild comes back as it was.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createPool, type Pool } from '../../db/pool.ts';
import { clear${pascal}, note${pascal} } from '../../db/projections/${kebab}.ts';
import { inSystem, inTenant } from '../../db/transaction.ts';
import { createConsumerStore, systemTime } from '../../workers/consumers/postgres-store.ts';
import { consumerRows } from '../../workers/consumers/rows.ts';
import { takeEffect } from '../../workers/consumers/take-effect.ts';
import { delivery } from '../support/deliver.ts';
import { type TestStack, testStack } from '../support/stack.ts';

let stack: TestStack;
let pool: Pool;
let systemPool: Pool;
before(async () => {
  stack = await testStack('${snake}');
  pool = createPool({ url: stack.databaseUrl, size: 2, name: '${snake}' });
  systemPool = createPool({ url: stack.systemUrl, size: 1, name: '${snake}_system' });
  await systemPool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
});
after(async () => {
  await pool.end();
  await systemPool.end();
  await stack.close();
});

test('each event takes effect once, and again after a rebuild has cleared it', async () => {
  const consumer = { ...consumerRows.${name}, handle: note${pascal} };
  const deps = { store: createConsumerStore(pool, pool), time: systemTime, handlerTimeoutMs: 5_000 };
  const thing = randomUUID();
  const events = [1, 2].map((sequence) => delivery(thing, sequence, ${more}));
  const effects = [];
  for (const event of [...events, ...events]) effects.push((await takeEffect(deps, consumer, event)).effect);
  assert.deepEqual(effects, ['done', 'done', 'duplicate', 'duplicate']);
  const rows = () => inTenant(pool, 't', async (tx) => (await tx.query('${query}')).rows);
  assert.deepEqual(await rows(), ${expected});
  await inSystem(systemPool, (tx) => clear${pascal}(tx, ${cleared}));
  assert.deepEqual(await rows(), []);
  for (const { event } of events) await inTenant(pool, 't', (tx) => note${pascal}(event, tx));
  assert.deepEqual(await rows(), ${expected});
});
`;
}
