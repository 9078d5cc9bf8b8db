// F7: PostgreSQL is restarted: fast, immediate, killed. Nothing that was acked is lost, no process of ours ends, the API says 503 meanwhile and serves
// again within 5 s.
import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresEnd } from '../../support/fault-servers.ts';
import { apiProblems, startApiLoad } from '../api-load.ts';
import { defineRow, tooLong } from '../row.ts';

const ways: readonly PostgresEnd[] = ['fast', 'immediate', 'kill'];

export const f7 = defineRow({
  name: 'F7',
  title: 'PostgreSQL restarted: fast, immediate, kill -9',
  sizes: {
    short: { restarts: 3, everyMs: 1_500, perSecond: 60, servingWithinMs: 30_000, drainWithinMs: 60_000 },
    // Six in less than the three minutes that the matrix gives them.
    ci: { restarts: 6, everyMs: 12_000, perSecond: 150, servingWithinMs: 5_000, drainWithinMs: 20_000 },
    soak: { restarts: 60, everyMs: 25_000, perSecond: 150, servingWithinMs: 5_000, drainWithinMs: 20_000 },
  },
  run: async (world, { restarts, everyMs, perSecond, servingWithinMs, drainWithinMs }) => {
    const { random, context } = world;
    const { servers } = context;
    await Promise.all([world.startConsumer(), world.startRelay(), world.startApi()]);
    const load = await world.load(perSecond);
    const api = await startApiLoad(world, Math.max(5, load.perSecond / 5));
    const problems: string[] = [];
    let slowest = 0;
    await load.until(100);
    for (let restart = 1; restart <= restarts; restart += 1) {
      const way = ways[(restart - 1) % ways.length] ?? 'fast';
      await delay(random.between(everyMs / 2, everyMs));
      context.say(`restart ${restart} of ${restarts}: ${way}, ${load.events()} events`);
      await servers.stopPostgres(way);
      await delay(random.between(0, 2_000));
      await servers.startPostgres();
      const readyAt = performance.now();
      while (api.figures.lastOkAt < readyAt && performance.now() - readyAt < 3 * servingWithinMs) await delay(20);
      const servedMs = performance.now() - readyAt;
      slowest = Math.max(slowest, servedMs);
      problems.push(...tooLong(`serving again after ${way}`, servedMs, servingWithinMs));
    }
    await load.stop();
    await api.stop();
    const drainMs = await world.drain(drainWithinMs);
    const { ok, failed, slowestMs } = api.figures;
    return {
      faults: restarts,
      acked: load.figures.acked,
      drainMs,
      notes: [
        `served again at most ${Math.round(slowest)} ms after ready`,
        `API: ${ok} made, ${failed} answers of 503 or none, the slowest after ${Math.round(slowestMs)} ms`,
      ],
      problems: [...problems, ...(await apiProblems(world, api))],
    };
  },
});
