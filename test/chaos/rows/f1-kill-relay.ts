// F1: the relay is killed at random points. Nothing is lost; what is sent twice is at most a confirm window for each kill, and is absorbed.
import { setTimeout as delay } from 'node:timers/promises';
import { defaultRelayOptions } from '../../../workers/relay/ports.ts';
import { eventually } from '../../support/eventually.ts';
import { defineRow } from '../row.ts';

export const f1 = defineRow({
  name: 'F1',
  title: 'kill -9 of the relay at random points',
  sizes: {
    short: { kills: 2, events: 1_000, perSecond: 100, drainWithinMs: 60_000 },
    // 200 a second with a relay starting up every few seconds is more than two cores carry: then the drain would be that of the consumers’ backlog.
    ci: { kills: 20, events: 10_000, perSecond: 75, drainWithinMs: 10_000 },
    soak: { kills: 200, events: 200_000, perSecond: 75, drainWithinMs: 10_000 },
  },
  run: async (world, { kills, events, perSecond, drainWithinMs }) => {
    const { random, processes, context } = world;
    await Promise.all([world.startConsumer(), world.startRelay()]);
    const load = await world.load(perSecond);
    await load.until(Math.min(200, events / 10));
    const owner = async () => (await world.admin.query('select distinct owner from relay_leases')).rows[0]?.owner;
    for (let kill = 1; kill <= kills; kill += 1) {
      await delay(random.between(0, 200));
      const dead = await owner();
      await processes.kill('relay');
      context.say(`kill ${kill} of ${kills}, ${load.events()} events`);
      await processes.restart('relay');
      // What piled up while the dead one's lease ran out goes out in a burst, in the midst of which the next kill falls.
      await eventually(async () => ![null, dead].includes(await owner()), { timeoutMs: 30_000, everyMs: 5 });
    }
    await load.until(events);
    await load.stop();
    const drainMs = await world.drain(drainWithinMs);
    const { again } = await world.wire();
    const allowed = kills * defaultRelayOptions.window;
    return {
      faults: kills,
      acked: load.figures.acked,
      drainMs,
      problems: again > allowed ? [`${again} duplicates, at most ${allowed} are allowed`] : [],
    };
  },
});
