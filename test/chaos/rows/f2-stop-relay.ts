// F2: of two relays one is stopped (SIGSTOP) and goes on later. The other takes over; what the zombie still does changes nothing.
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { defineRow, tooLong } from '../row.ts';
import type { World } from '../world.ts';

/** Which relay process holds how many partitions, by its name in the lease table. */
async function holders({ admin }: World): Promise<Map<string, number>> {
  const { rows } = await admin.query<{ name: string; count: number | string }>(
    `select process.name, count(*) as count from relay_leases lease join relay_processes process on process.id = lease.owner
     where process.expires_at > clock_timestamp() group by 1`,
  );
  return new Map(rows.map(({ name, count }) => [name, Number(count)]));
}

export const f2 = defineRow({
  name: 'F2',
  title: 'one of two relays stopped, then continued',
  sizes: {
    ci: { stops: 5, stoppedMs: 30_000, perSecond: 60, takeoverMs: 15_000, drainWithinMs: 10_000 },
    soak: { stops: 50, stoppedMs: 30_000, perSecond: 100, takeoverMs: 15_000, drainWithinMs: 10_000 },
  },
  run: async (world, { stops, stoppedMs, perSecond, takeoverMs, drainWithinMs }) => {
    const { random, processes, context } = world;
    const names = ['relay 1', 'relay 2'];
    await Promise.all([world.startConsumer(), ...names.map((name) => world.startRelay(name))]);
    const load = await world.load(perSecond);
    const problems: string[] = [];
    let slowest = 0;
    for (let stop = 1; stop <= stops; stop += 1) {
      await eventually(async () => [...(await holders(world)).values()].every((count) => count === 32), {
        timeoutMs: 30_000,
      });
      await delay(random.between(0, 1_000));
      const name = random.pick(names);
      const { pid } = processes.get(name);
      context.say(`stop ${stop} of ${stops}: ${name}, ${load.events()} events`);
      processes.get(name).signal('SIGSTOP');
      const stoppedAt = performance.now();
      await eventually(
        async () => {
          const left = await holders(world);
          return left.size === 1 && [...left].every(([one, count]) => !one.endsWith(`-${pid}`) && count === 64);
        },
        { timeoutMs: 60_000 },
      );
      const tookMs = performance.now() - stoppedAt;
      slowest = Math.max(slowest, tookMs);
      problems.push(...tooLong('the takeover', tookMs, takeoverMs));
      await delay(Math.max(0, stoppedMs - tookMs));
      processes.get(name).signal('SIGCONT');
    }
    await load.stop();
    const drainMs = await world.drain(drainWithinMs);
    return {
      faults: stops,
      acked: load.figures.acked,
      drainMs,
      problems,
      notes: [
        `the slowest takeover took ${Math.round(slowest)} ms`,
        `inversions on the wire: ${(await world.wire()).inversions}`,
      ],
    };
  },
});
