// F8: backends of the database are terminated at random, one every 200 ms. No error goes uncaught, and every pool keeps its connections.
import { setTimeout as delay } from 'node:timers/promises';
import { apiProblems, startApiLoad } from '../api-load.ts';
import { defineRow } from '../row.ts';

export const f8 = defineRow({
  name: 'F8',
  title: 'a random backend terminated every 200 ms',
  sizes: {
    ci: { forMs: 60_000, everyMs: 200, perSecond: 80, drainWithinMs: 20_000 },
    soak: { forMs: 600_000, everyMs: 200, perSecond: 80, drainWithinMs: 20_000 },
  },
  run: async (world, { forMs, everyMs, perSecond, drainWithinMs }) => {
    const { admin, context } = world;
    await Promise.all([world.startConsumer(), world.startRelay(), world.startApi()]);
    const load = await world.load(perSecond);
    const api = await startApiLoad(world, load.perSecond / 5);
    await load.until(100);
    let terminated = 0;
    for (const startedAt = performance.now(); performance.now() - startedAt < forMs; await delay(everyMs)) {
      const { rowCount } = await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename in ('app_user', 'app_system')
         order by random() limit 1`,
      );
      terminated += rowCount ?? 0;
      if (terminated % 25 === 0) context.say(`${terminated} backends terminated, ${load.events()} events`);
    }
    await load.stop();
    await api.stop();
    const { ok, failed, slowestMs } = api.figures;
    return {
      faults: terminated,
      acked: load.figures.acked,
      drainMs: await world.drain(drainWithinMs),
      notes: [`API: ${ok} made, ${failed} answers of 503, the slowest after ${Math.round(slowestMs)} ms`],
      problems: await apiProblems(world, api),
    };
  },
});
