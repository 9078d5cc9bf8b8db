// F1: the relay is killed at random points. Nothing is lost; what is sent twice is at most a confirm window for each kill, and is absorbed.
import { setTimeout as delay } from 'node:timers/promises';
import { defaultRelayOptions } from '../../../workers/relay/ports.ts';
import { defineRow } from '../row.ts';

/** A dead relay's lease lives 4.5 s; what piled up meanwhile goes out in a burst, in the midst of which the next kill falls. */
const leaseMs = 4_500;
const drainLimitMs = 10_000;

export const f1 = defineRow({
  name: 'F1',
  title: 'kill -9 of the relay at random points',
  sizes: {
    short: { kills: 2, events: 1_000, perSecond: 150 },
    ci: { kills: 20, events: 10_000, perSecond: 120 },
    soak: { kills: 200, events: 200_000, perSecond: 200 },
  },
  run: async (world, { kills, events, perSecond }) => {
    const { random, processes, context } = world;
    await world.startConsumer();
    await world.startRelay();
    await world.rest();
    const load = world.load(perSecond);
    await load.until(Math.min(200, events / 10));
    for (let kill = 1; kill <= kills; kill += 1) {
      await delay(random.between(0, 400));
      await processes.kill('relay');
      context.say(`kill ${kill} of ${kills}, ${load.events()} events`);
      const diedAt = performance.now();
      await processes.restart('relay');
      await delay(Math.max(0, leaseMs - (performance.now() - diedAt)) + random.between(0, 800));
    }
    await load.until(events);
    await load.stop();
    const drainMs = await world.drain(drainLimitMs);
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
