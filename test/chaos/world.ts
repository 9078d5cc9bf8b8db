// The world of one chaos row: a database and queues of its own, proxies before both servers, our processes behind them, and the ledger at the end.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Database, openDatabase } from '../../db/deps.ts';
import type { FaultServers } from '../support/fault-servers.ts';
import { type Held, judge, type Verdict } from '../support/invariants.ts';
import { createEffectTable } from '../support/ledger/read-events.ts';
import { readLedger, readWaiting } from '../support/ledger/read-ledger.ts';
import { type FaultProxy, startProxy, through } from '../support/proxy.ts';
import { createSeeded, type Seeded } from '../support/seeded.ts';
import { type TestStack, testStack } from '../support/stack.ts';
import { createSupervised, type Supervised } from '../support/supervised.ts';
import { type ChaosConsumerName, chaosRows, ledgerConsumer } from './chaos-rows.ts';
import { readHeld } from './held.ts';
import { openTap, readTap, type Wire } from './wire-tap.ts';
import { makePopulation, type Population, startWorkload, type Workload } from './workload.ts';

const warmUpMs = 3_000;
/** Of what the consumers took without a fault, just started: faults cost time, and a row's drain has to begin near to nothing. */
const shareOfSustained = 0.75;

/** What a row is given. `say`: one line of progress. */
export type ChaosContext = {
  readonly servers: FaultServers;
  readonly seed: number;
  readonly say: (line: string) => void;
};

/** What a row wants of its world. */
export type WorldOptions = {
  readonly name: string;
  readonly consumers?: readonly ChaosConsumerName[];
  readonly tenants?: number;
  readonly contacts?: number;
  /** The load may become less where the machine can't carry it; a short row rather takes its time at the end. */
  readonly isAdaptive?: boolean;
  /** Patterns of what is kept of the wire; everything when left out. */
  readonly tap?: readonly string[];
  /** Nothing goes through the proxies: for rows that cut nothing and compare speeds, which a proxy takes from. */
  readonly isDirect?: boolean;
  /** Handlers that may wait to the end for a server that is away on purpose. */
  readonly waitingHandlers?: number;
};

/** The world. Everything of ours goes through the proxies, if the row does not want it direct; `admin` and the ledger never do. */
export type World = {
  readonly context: ChaosContext;
  readonly random: Seeded;
  readonly stack: TestStack;
  readonly admin: pg.Pool;
  readonly database: Database;
  readonly population: Population;
  readonly databaseProxy: FaultProxy;
  readonly brokerProxy: FaultProxy;
  readonly processes: Supervised;
  /** A folder for files that processes look at. */
  readonly folder: string;
  readonly consumers: readonly ChaosConsumerName[];
  readonly startRelay: (name?: string) => Promise<void>;
  readonly startConsumer: (name?: string, environment?: Record<string, string>) => Promise<void>;
  readonly startApi: () => Promise<void>;
  /** Variables for any other process of ours. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Starts a load of so many commands a second; of fewer where this machine's consumers could not keep up with it even without a fault, which a first
   * short load tells. What is held after that one is what the end of the run is compared with.
   */
  readonly load: (perSecond: number) => Promise<Workload>;
  /** Remembers what is held now, to compare with after the run. */
  readonly rest: () => Promise<void>;
  /** The last load: what the row asked for, and what was reached; null when there was none. */
  readonly loaded: () => { readonly asked: number; readonly reached: number } | null;
  /** Effects that are not made yet, of all consumers. */
  readonly behind: () => Promise<number>;
  /** Waits until nothing is under way; answers how long that took, or fails with what is left. */
  readonly drain: (limitMs: number) => Promise<number>;
  /** What went over the wire; read once, when all is over. */
  readonly wire: () => Promise<Wire>;
  /** How many events there are. */
  readonly committed: () => Promise<number>;
  readonly verdicts: (acked: readonly string[]) => Promise<Verdict[]>;
  readonly close: () => Promise<void>;
};

/** Opens it; nothing runs yet but the servers. */
export async function openWorld(context: ChaosContext, options: WorldOptions): Promise<World> {
  const { servers, seed } = context;
  const random = createSeeded(seed);
  const canary = `canary${seed}x`;
  const stack = await testStack(options.name, servers.addresses);
  stack.letRowsDiffer('the ledger compares them (I6)');
  const admin = new pg.Pool({ connectionString: stack.adminUrl, max: 3 });
  admin.on('error', () => undefined);
  const databaseProxy = await startProxy(() => servers.postgresPort, random.next);
  const brokerProxy = await startProxy(() => servers.amqpPort, random.next);
  const environment: Record<string, string> = {
    ...stack.environment,
    ...(!options.isDirect && {
      DATABASE_URL: through(stack.databaseUrl, databaseProxy),
      DATABASE_SYSTEM_URL: through(stack.systemUrl, databaseProxy),
      AMQP_URL: through(stack.amqpUrl, brokerProxy),
    }),
    API_RATE_LIMIT_PER_MINUTE: '1000000',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'warn',
  };
  const config = { ...stack.config, DATABASE_URL: environment['DATABASE_URL'] ?? '' };
  const database = openDatabase(
    { ...config, DATABASE_SYSTEM_URL: environment['DATABASE_SYSTEM_URL'] ?? '' },
    { name: 'chaos-load', onError: () => undefined },
  );
  await createEffectTable(admin);
  await openTap(stack, options.tap ?? ['#']);
  const population = await makePopulation(database, options.tenants ?? 20, options.contacts ?? 500);
  const processes = createSupervised();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chaos-'));
  const consumers = options.consumers ?? ['chaos_ordered', 'chaos_unordered', 'contact_event_consumer'];
  const rows = consumers.map((name) => chaosRows[name]);
  const holders = {
    stack,
    admin,
    database,
    databaseProxy,
    brokerProxy,
    processes,
    rows,
    waitingHandlers: options.waitingHandlers ?? 0,
  };
  let before: readonly Held[] | undefined;
  let wire: Promise<Wire> | undefined;
  const loads: Workload[] = [];
  const acked: string[] = [];

  const missing = async (): Promise<number> => {
    let count = 0;
    const { rows: types } = await admin.query<{ type: string; count: number | string }>(
      "select event_type as type, count(*) as count from outbox_events where status <> 'discarded' group by 1",
    );
    for (const consumer of rows.map(ledgerConsumer)) {
      const expected = types
        .filter(({ type }) => consumer.binds(type))
        .reduce((sum, row) => sum + Number(row.count), 0);
      const table =
        consumer.name === 'contact_event_consumer'
          ? 'contact_events'
          : `chaos_effects where consumer = '${consumer.name}'`;
      const made = await admin.query<{ count: number | string }>(
        `select count(distinct event_id) as count from ${table}`,
      );
      count += Math.max(0, expected - Number(made.rows[0]?.count));
    }
    return count;
  };

  let asked = 0;
  const begin = (perSecond: number): Workload => {
    const workload = startWorkload(population, { database, random, canary, perSecond });
    loads.push(workload);
    return workload;
  };
  const world: World = {
    context,
    random,
    stack,
    admin,
    database,
    population,
    databaseProxy,
    brokerProxy,
    processes,
    folder,
    environment,
    consumers,
    startRelay: async (name = 'relay') => void (await processes.start(name, { file: 'workers/relay.ts', environment })),
    startConsumer: async (name = 'consumer', more = {}) => {
      const own = { CHAOS_CONSUMERS: consumers.join(','), ...more };
      await processes.start(name, { file: 'test/chaos/chaos-consumer.ts', environment: { ...environment, ...own } });
    },
    startApi: async () => {
      // Its Temporal may be away on purpose.
      await processes.start('api', { file: 'api/server.ts', environment, readyPath: '/healthz' });
    },
    load: async (perSecond) => {
      asked = perSecond;
      if (!options.isAdaptive) {
        await world.rest();
        return begin(perSecond);
      }
      const startedAt = performance.now();
      // So much above what is asked for that its share can be just that.
      const first = begin(perSecond / shareOfSustained);
      await new Promise((resolve) => setTimeout(resolve, warmUpMs));
      await first.stop();
      acked.push(...first.figures.acked);
      await world.drain(120_000);
      const sustained = (first.figures.commands * 1_000) / (performance.now() - startedAt);
      await world.rest();
      return begin(Math.min(perSecond, Math.max(2, sustained * shareOfSustained)));
    },
    loaded: () => {
      const last = loads.at(-1);
      return last ? { asked, reached: last.reached() } : null;
    },
    behind: missing,
    rest: async () => {
      before = await readHeld(holders, undefined);
    },
    drain: async (limitMs) => {
      const startedAt = performance.now();
      for (let left = 'nothing was asked yet'; ; ) {
        const counts = await readWaiting(admin, rows).catch(() => undefined);
        const lacking = counts ? await missing().catch(() => undefined) : undefined;
        const tookMs = Math.round(performance.now() - startedAt);
        if (counts?.every(({ count }) => count === 0) && lacking === 0) return tookMs;
        left = `${counts?.map(({ what, count }) => `${what} ${count}`).join(', ')}, missing effects ${lacking}`;
        if (tookMs > limitMs) throw new Error(`Not drained within ${limitMs} ms: ${left}.`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    wire: () => {
      wire ??= readTap(stack, canary);
      return wire;
    },
    committed: async () => {
      const { rows: found } = await admin.query<{ count: number | string }>(
        'select count(*) as count from outbox_events',
      );
      return Number(found[0]?.count);
    },
    verdicts: async (acknowledged) => {
      const { inTheClear } = await world.wire();
      const held = await readHeld(holders, before);
      const queues = held.filter(({ what }) => what.startsWith('queue '));
      return judge(
        await readLedger({
          admin,
          database,
          consumers: rows.map(ledgerConsumer),
          acked: [...acked, ...acknowledged],
          tenants: population.tenants.slice(0, 3),
          canary,
          output: processes.output(),
          inTheClear,
          queues: queues.map(({ what, after }) => ({ what, count: after })),
          exits: processes.exits(),
          held,
        }),
      );
    },
    close: async () => {
      for (const proxy of [databaseProxy, brokerProxy]) proxy.heal();
      await Promise.all(loads.map((load) => load.stop().catch(() => undefined)));
      await processes.stop().catch(() => undefined);
      await database.close().catch(() => undefined);
      await Promise.all([databaseProxy.close(), brokerProxy.close()]);
      await admin.end();
      await stack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}
