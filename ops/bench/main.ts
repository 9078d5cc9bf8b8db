// `npm run bench [-- --quick] [-- --only drain,latency]`: the backbone measured beside its peers in one run, against the figures that are wanted of it.
// A full run writes docs/bench/ and the tables of docs/benchmarks.md; a quick one shows that everything works.
import { randomBytes } from 'node:crypto';
import { createTestDatabase, dropTestDatabase } from '../../test/support/database.ts';
import { deleteByPrefix } from '../../test/support/rabbit.ts';
import { parseOptions } from './options.ts';
import { partNames, parts } from './parts/index.ts';
import { describeMachine } from './report/machine.ts';
import { createProgress } from './report/progress.ts';
import { record } from './report/record.ts';
import type { PartResult } from './report/result.ts';
import { printPart, printTargets } from './report/tables.ts';
import { watchArrivals } from './run/arrivals.ts';
import { type Bench, createAdminPool, type WatchedQueue } from './run/bench.ts';
import { createChildren } from './run/child.ts';
import { preparePeers } from './run/lineup.ts';
import { declareQueue, type QueueKind } from './run/queue.ts';
import { startBenchServers } from './run/servers.ts';

const options = readOptions();
const progress = createProgress();
const closing: (() => Promise<void>)[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void end().then(() => process.exit(130)));

try {
  const bench = await prepare();
  const chosen = partNames.filter((name) => options.only.length === 0 || options.only.includes(name));
  const machine = await describeMachine(bench.admin, bench.amqpUrl);
  const results: Record<string, PartResult> = {};
  for (const name of chosen) {
    progress.part(name);
    try {
      const result = await parts[name](bench);
      results[name] = result;
      progress.clear();
      printPart(result);
    } catch (error) {
      // The other parts are worth having all the same.
      tellError(error);
      await bench.children.end();
    }
  }
  printTargets(Object.values(results).flatMap(({ targets }) => targets));
  console.log(record(results, machine, options, partNames));
} catch (error) {
  tellError(error);
} finally {
  await end();
}

async function prepare(): Promise<Bench> {
  progress.part('servers');
  const servers = await startBenchServers(progress.say);
  closing.unshift(servers.stop);
  const database = await createTestDatabase(servers.adminUrl, 'bench');
  closing.unshift(() => dropTestDatabase(servers.adminUrl, database.name));
  const admin = createAdminPool(database.adminUrl);
  closing.unshift(() => admin.end());
  const prefix = `bench-${randomBytes(4).toString('hex')}.`;
  closing.unshift(() => deleteByPrefix(servers.managementUrl, prefix));
  const open = async (kind: QueueKind): Promise<WatchedQueue> => {
    const queue = await declareQueue(servers.amqpUrl, prefix, kind);
    const arrivals = await watchArrivals(servers.amqpUrl, queue.queue);
    closing.unshift(arrivals.close);
    return { ...queue, arrivals };
  };
  const queues = { classic: await open('classic'), quorum: await open('quorum') };
  const children = createChildren();
  closing.unshift(children.end);
  await admin.query("insert into tenants (tenant_id, name) values ('bench', 'Bench')");
  const bench: Bench = {
    admin,
    adminUrl: database.adminUrl,
    database,
    amqpUrl: servers.amqpUrl,
    queues,
    children,
    sizes: options.sizes,
    say: progress.say,
  };
  await preparePeers(bench);
  return bench;
}

async function end(): Promise<void> {
  progress.end();
  for (const close of closing.splice(0)) await close().catch((error: unknown) => console.error(error));
}

function tellError(error: unknown): void {
  progress.clear();
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
}

function readOptions() {
  try {
    return parseOptions(process.argv.slice(2), partNames);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}
