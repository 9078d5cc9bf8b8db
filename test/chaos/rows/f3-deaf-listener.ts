// F3: the relay's listener is half-open: it hears nothing and is told nothing. Polling goes on, and the deafness is noticed.
import { setTimeout as delay } from 'node:timers/promises';
import { metricOf } from '../../support/supervised.ts';
import { defineRow, tooLong } from '../row.ts';

export const f3 = defineRow({
  name: 'F3',
  title: "the relay's listener half-open",
  sizes: {
    // So few commands a second that the relay polls at its slowest.
    short: { cuts: 1, cutMs: 9_000, perSecond: 4, noticedMs: 60_000, p99Ms: 10_000, drainWithinMs: 60_000 },
    ci: { cuts: 3, cutMs: 60_000, perSecond: 4, noticedMs: 10_000, p99Ms: 600, drainWithinMs: 10_000 },
    soak: { cuts: 30, cutMs: 60_000, perSecond: 4, noticedMs: 10_000, p99Ms: 600, drainWithinMs: 10_000 },
  },
  run: async (world, { cuts, cutMs, perSecond, noticedMs, p99Ms, drainWithinMs }) => {
    const { processes, databaseProxy, context, admin } = world;
    await Promise.all([world.startConsumer(), world.startRelay()]);
    const load = await world.load(perSecond);
    await load.until(10);
    const hears = async () => (await metricOf(processes.get('relay'), 'listener_hears')) === 1;
    const problems: string[] = [];
    const notes: string[] = [];
    for (let cut = 1; cut <= cuts; cut += 1) {
      while (!(await hears())) await delay(50);
      const from = new Date();
      databaseProxy.inject({ kind: 'halfOpen' }, { only: '-listener' });
      const cutAt = performance.now();
      context.say(`cut ${cut} of ${cuts}, ${load.events()} events`);
      while ((await hears()) && performance.now() - cutAt < noticedMs + 1_000) await delay(50);
      const deafMs = performance.now() - cutAt;
      problems.push(...tooLong('noticing the deafness', deafMs, noticedMs));
      await delay(Math.max(0, cutMs - deafMs));
      const { rows } = await admin.query<{ p99: number | null; count: number | string }>(
        `select percentile_cont(0.99) within group (order by extract(epoch from processed_at - created_at) * 1000)::float8 as p99, count(*) as count
         from outbox_events where created_at > $1 and processed_at is not null`,
        [from],
      );
      databaseProxy.heal();
      const p99 = Math.round(rows[0]?.p99 ?? Number.POSITIVE_INFINITY);
      notes.push(
        `deafness noticed after ${Math.round(deafMs)} ms, p99 of ${rows[0]?.count} events to their mark ${p99} ms`,
      );
      problems.push(...tooLong('p99 from commit to confirm and mark', p99, p99Ms));
    }
    await load.stop();
    return { faults: cuts, acked: load.figures.acked, drainMs: await world.drain(drainWithinMs), problems, notes };
  },
});
