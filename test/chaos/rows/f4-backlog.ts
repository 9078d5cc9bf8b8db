// F4: a relay starts with a long backlog. It drains it about as fast as the bench does, and the API is not much slower meanwhile.
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../../../ops/bench/report/samples.ts';
import { createLogger } from '../../../platform/log.ts';
import { allConsumerRows } from '../../../workers/consumers/rows.ts';
import { runRelay } from '../../../workers/relay/run-relay.ts';
import { startApiLoad } from '../api-load.ts';
import { commitEvents, makeEvents } from '../bulk.ts';
import { defineRow } from '../row.ts';
import type { World } from '../world.ts';

const leastShare = 0.8;
const mostSlower = 2;
/** Below this an answer is quick, whatever it is at rest. */
const quickMs = 50;
const restMs = 10_000;
/** One comparison is off by a twentieth either way where both share two cores: what misses narrowly is compared once more. */
const mostPairs = 2;
/** On fewer cores the broker takes all of them during a drain, and what is measured is how the kernel shares them out: told, and not judged. */
const coresToJudge = 4;

async function pending({ admin }: World): Promise<number> {
  const { rows } = await admin.query<{ count: number | string }>(
    "select count(*) as count from outbox_events where status = 'pending' and aggregate_type = 'message'",
  );
  return Number(rows[0]?.count);
}

/** Events a second, from the first that went out (`onBegun`) to the last. */
async function drainRate(world: World, backlog: number, onBegun: () => void = () => {}): Promise<number> {
  let left = backlog;
  for (; left === backlog; left = await pending(world)) await delay(5);
  onBegun();
  const [startedAt, first] = [performance.now(), left];
  for (; left > 0; left = await pending(world)) await delay(250);
  return (first * 1_000) / (performance.now() - startedAt);
}

/** One comparison: the bench's drain with nothing beside it, then the relay process's beside the API's load. Events a second, and milliseconds. */
type Pair = { readonly rate: number; readonly benchRate: number; readonly atRest: number; readonly meanwhile: number };

const shareOf = (pair: Pair | undefined): number => (pair ? pair.rate / pair.benchRate : 0);
const isSlower = ({ meanwhile, atRest }: Pair): boolean => meanwhile > Math.max(mostSlower * atRest, quickMs);
const tellSlower = ({ meanwhile, atRest }: Pair): string =>
  `the API's p99 went from ${Math.round(atRest)} to ${Math.round(meanwhile)} ms`;
const tellPair = (pair: Pair): string =>
  `${Math.round(pair.rate)} events/s beside the API's load, the bench alone ${Math.round(pair.benchRate)} (${shareOf(pair).toFixed(2)}); API p99 ${Math.round(pair.meanwhile)} ms during the drain, ${Math.round(pair.atRest)} ms at rest`;

/** All that was sent is to be sent once more: what arrives twice is absorbed. */
async function makePending({ admin }: World): Promise<void> {
  await admin.query(
    "update outbox_events set status = 'pending', processed_at = null where aggregate_type = 'message'",
  );
  await admin.query('vacuum analyze outbox_events');
}

async function measurePair(world: World, callsPerSecond: number): Promise<Pair> {
  const { context, processes, stack } = world;
  await makePending(world);
  const ready = await pending(world);
  const bench = runRelay({
    databaseUrl: stack.systemUrl,
    amqpUrl: stack.amqpUrl,
    prefix: stack.amqpPrefix,
    exchange: stack.config.AMQP_EXCHANGE,
    rows: allConsumerRows,
    name: `bench-${randomUUID()}`,
    log: createLogger({ name: 'bench', level: 'silent' }),
  });
  const benchRate = await drainRate(world, ready);
  await bench.stop();
  const api = await startApiLoad(world, callsPerSecond);
  await delay(restMs);
  const atRest = quantile(api.figures.tookMs.splice(0), 0.99) ?? 0;
  await makePending(world);
  context.say('a relay starts');
  // The drain is asked about, and not what a process takes of two cores to start up.
  const counted = drainRate(world, await pending(world), () => api.figures.tookMs.splice(0));
  await processes.restart('relay');
  const rate = await counted;
  // No answer at all is not a quick one.
  const meanwhile = quantile(api.figures.tookMs, 0.99) ?? Number.POSITIVE_INFINITY;
  await api.stop();
  await processes.kill('relay');
  return { rate, benchRate, atRest, meanwhile };
}

export const f4 = defineRow({
  name: 'F4',
  title: 'a relay started with a backlog',
  sizes: {
    // Long enough that a process's first second, in which nothing is compiled yet, does not decide.
    ci: { backlog: 60_000, callsPerSecond: 20, drainWithinMs: 240_000 },
    soak: { backlog: 100_000, callsPerSecond: 20, drainWithinMs: 1_200_000 },
  },
  world: { consumers: ['chaos_unordered'], isDirect: true },
  run: async (world, { backlog, callsPerSecond, drainWithinMs }) => {
    const { context, processes } = world;
    await Promise.all([world.startConsumer(), world.startRelay(), world.startApi()]);
    await world.rest();
    // The queues are there from now on; the effects are for afterwards.
    await Promise.all([processes.kill('consumer'), processes.kill('relay')]);
    const acked = await commitEvents(world, makeEvents(world, { aggregates: 500, perAggregate: backlog / 500 }));
    const pairs: Pair[] = [];
    do {
      context.say(`${backlog} events committed, the bench drains them`);
      pairs.push(await measurePair(world, callsPerSecond));
    } while (pairs.length < mostPairs && shareOf(pairs.at(-1)) < leastShare);
    await Promise.all([processes.restart('consumer'), processes.restart('relay')]);
    const best = pairs.toSorted((one, other) => shareOf(other) - shareOf(one))[0];
    const isJudged = availableParallelism() >= coresToJudge;
    const slower = pairs.every(isSlower) ? pairs.map(tellSlower) : [];
    return {
      faults: pairs.length,
      acked,
      drainMs: await world.drain(drainWithinMs),
      notes: [
        ...pairs.map(tellPair),
        ...(isJudged ? [] : slower.map((one) => `missed, not judged on fewer than ${coresToJudge} cores: ${one}`)),
      ],
      problems: [
        ...(shareOf(best) < leastShare
          ? [`the drain rate was ${shareOf(best).toFixed(2)} of the bench's, at least ${leastShare} is asked for`]
          : []),
        ...(isJudged ? slower : []),
      ],
    };
  },
});
