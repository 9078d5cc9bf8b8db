// The ground of a negative control: a database and queues of its own on the test servers, honest parts to run beside the broken one, and the ledger.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../db/deps.ts';
import { appendEvents, type OutboxEvent } from '../../db/outbox.ts';
import { inTenant } from '../../db/transaction.ts';
import { newEvent } from '../../ops/bench/run/new-event.ts';
import { createLogger } from '../../platform/log.ts';
import type { ConsumerRow, Handle } from '../../workers/consumers/consumer.ts';
import { runConsumers } from '../../workers/consumers/run-consumers.ts';
import { runRelay } from '../../workers/relay/run-relay.ts';
import { eventually } from '../support/eventually.ts';
import { judge, type LedgerConsumer, type Verdict, violations } from '../support/invariants.ts';
import { createEffectTable } from '../support/ledger/read-events.ts';
import { type LedgerSources, readLedger } from '../support/ledger/read-ledger.ts';
import { type TestStack, testStack } from '../support/stack.ts';
import { ledgerConsumer, recordEffect } from './chaos-rows.ts';
import { makePopulation, type Population } from './workload.ts';

/** What stands in every personal field. */
export const canary = 'canary-of-controls';
const log = createLogger({ name: 'controls', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

/** What a control knows beside the tables. */
export type Facts = Pick<LedgerSources, 'exits' | 'held' | 'tenantPool' | 'queues' | 'output' | 'inTheClear'>;

/** The ground. `red` answers the invariants that do not hold. */
export type Ground = {
  readonly stack: TestStack;
  readonly admin: pg.Pool;
  readonly database: Database;
  readonly population: Population;
  readonly tenantId: string;
  /** Runs the product's relay; it declares the queues of these rows. */
  readonly startRelay: (rows: readonly ConsumerRow[]) => Promise<void>;
  /** Runs the product's consumers; the handler writes its effect down unless one is given. */
  readonly startConsumer: (row: ConsumerRow, handle?: Handle) => Promise<void>;
  /** Commits events of messages, as commands would. */
  readonly commit: (events: readonly OutboxEvent[]) => Promise<void>;
  readonly effects: () => Promise<number>;
  readonly untilSent: () => Promise<void>;
  readonly red: (consumers: readonly (ConsumerRow | LedgerConsumer)[], facts?: Facts) => Promise<Verdict[]>;
  readonly onClose: (work: () => Promise<unknown>) => void;
};

/** Opens a ground, works on it, closes it. */
export async function withGround(name: string, work: (ground: Ground) => Promise<void>): Promise<void> {
  const stack = await testStack(`control-${name}`);
  stack.letRowsDiffer('the ledger compares them (I6), and some controls damage them');
  const admin = new pg.Pool({ connectionString: stack.adminUrl, max: 3 });
  admin.on('error', () => undefined);
  const database = openDatabase(stack.config, { name: 'control' });
  const closing: (() => Promise<unknown>)[] = [];
  try {
    await createEffectTable(admin);
    const population = await makePopulation(database, 2, 2);
    // What the population itself wrote is not of the control.
    await admin.query("update outbox_events set status = 'processed'");
    const broker = { amqpUrl: stack.amqpUrl, prefix: stack.amqpPrefix, exchange: stack.config.AMQP_EXCHANGE, log };
    const count = async (from: string): Promise<number> =>
      Number((await admin.query<{ count: number | string }>(`select count(*) as count from ${from}`)).rows[0]?.count);
    await work({
      stack,
      admin,
      database,
      population,
      tenantId: population.tenants[0] ?? '',
      startRelay: async (rows) => {
        const relay = runRelay({ ...broker, databaseUrl: stack.systemUrl, rows, name: `control-${stack.amqpPrefix}` });
        closing.push(relay.stop);
        await eventually(() => relay.health().broker === 'open' && relay.health().leaseValid);
      },
      startConsumer: async (row, handle = recordEffect(row.name)) => {
        const { pool, systemPool } = database;
        const consumers = runConsumers({
          ...broker,
          pool,
          systemPool,
          consumers: [{ ...row, handle }],
          name: row.name,
          retryBaseMs: 10,
        });
        closing.push(() => consumers.stop());
        await eventually(() => consumers.problems().length === 0);
      },
      commit: async (events) => {
        for (const tenantId of new Set(events.map((event) => event.tenantId)))
          await inTenant(database.pool, tenantId, (tx) =>
            appendEvents(
              tx,
              events.filter((event) => event.tenantId === tenantId),
            ),
          );
        database.bell.ring();
      },
      effects: () => count('chaos_effects'),
      untilSent: () =>
        eventually(async () => (await count("outbox_events where status <> 'processed'")) === 0).then(() => undefined),
      red: async (consumers, facts = {}) => {
        const sources = {
          admin,
          database,
          consumers: consumers.map((one) => ('binds' in one ? one : ledgerConsumer(one))),
          tenants: population.tenants,
          canary,
          ...facts,
        };
        return violations(judge(await readLedger(sources)));
      },
      onClose: (close) => void closing.push(close),
    });
  } finally {
    for (const close of closing.reverse()) await close();
    await database.close();
    await admin.end();
    await stack.close();
  }
}

/** `count` events of one aggregate, in sequence from `from`. */
export function eventsOf(tenantId: string, count: number, from = 1, aggregateId: string = randomUUID()): OutboxEvent[] {
  return Array.from({ length: count }, (_, index) =>
    newEvent({ aggregateId, tenantId, sequence: from + index, data: { n: from + index } }),
  );
}
