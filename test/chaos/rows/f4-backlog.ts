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
    const { admin, context, processes, stack } = world;
    await Promise.all([world.startConsumer(), world.startRelay(), world.startApi()]);
    await world.rest();
    // The queues are there from now on; the effects are for afterwards.
    await Promise.all([processes.kill('consumer'), processes.kill('relay')]);
    const acked = await commitEvents(world, makeEvents(world, { aggregates: 500, perAggregate: backlog / 500 }));
    await admin.query('vacuum analyze outbox_events');
    context.say(`${backlog} events committed, the bench drains them`);
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
    // The same rows once more: what is sent twice is absorbed.
    await admin.query(
      "update outbox_events set status = 'pending', processed_at = null where aggregate_type = 'message'",
    );
    await admin.query('vacuum analyze outbox_events');
    context.say('a relay starts');
    // The drain is asked about, and not what a process takes of two cores to start up.
    const counted = drainRate(world, await pending(world), () => api.figures.tookMs.splice(0));
    await processes.restart('relay');
    const rate = await counted;
    // No answer at all is not a quick one.
    const meanwhile = quantile(api.figures.tookMs, 0.99) ?? Number.POSITIVE_INFINITY;
    await api.stop();
    await processes.restart('consumer');
    const share = rate / benchRate;
    const isSlower = meanwhile > Math.max(mostSlower * atRest, quickMs);
    const isJudged = availableParallelism() >= coresToJudge;
    const slower = `the API's p99 went from ${Math.round(atRest)} to ${Math.round(meanwhile)} ms`;
    return {
      faults: 1,
      acked,
      drainMs: await world.drain(drainWithinMs),
      notes: [
        `${Math.round(rate)} events/s beside the API's load, the bench alone ${Math.round(benchRate)} (${share.toFixed(2)})`,
        `API p99 ${Math.round(meanwhile)} ms during the drain, ${Math.round(atRest)} ms at rest`,
        ...(isSlower && !isJudged ? [`missed, not judged on fewer than ${coresToJudge} cores: ${slower}`] : []),
      ],
      problems: [
        ...(share < leastShare
          ? [`the drain rate was ${share.toFixed(2)} of the bench's, at least ${leastShare} is asked for`]
          : []),
        ...(isSlower && isJudged ? [slower] : []),
      ],
    };
  },
});
