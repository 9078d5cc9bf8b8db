// F6: a consumer is killed between effect and ack, exactly there or at any point. No effect is doubled.
import { setTimeout as delay } from 'node:timers/promises';
import { defineRow } from '../row.ts';

export const f6 = defineRow({
  name: 'F6',
  title: 'kill -9 of a consumer between effect and ack',
  sizes: {
    short: { kills: 2, events: 1_000, perSecond: 100, drainWithinMs: 60_000 },
    ci: { kills: 20, events: 10_000, perSecond: 200, drainWithinMs: 20_000 },
    soak: { kills: 200, events: 200_000, perSecond: 200, drainWithinMs: 20_000 },
  },
  run: async (world, { kills, events, perSecond, drainWithinMs }) => {
    const { random, processes, context } = world;
    const names = ['consumer 1', 'consumer 2'];
    await Promise.all([...names.map((name) => world.startConsumer(name)), world.startRelay()]);
    const load = await world.load(perSecond);
    await load.until(Math.min(200, events / 10));
    /** While one comes up again the other is killed. */
    const comingUp = new Map<string, Promise<unknown>>();
    for (let kill = 1; kill <= kills; kill += 1) {
      const name = names[kill % 2] ?? '';
      await load.until((kill * events) / (kills + 1));
      await comingUp.get(name);
      context.say(`kill ${kill} of ${kills}, ${load.events()} events`);
      if (kill % 4 < 2) {
        // It dies by itself right after its next commit, with the message unacked.
        const ended = processes.doom(name);
        processes.get(name).signal('SIGUSR2');
        await ended;
      } else {
        await delay(random.between(0, 300));
        await processes.kill(name);
      }
      comingUp.set(name, processes.restart(name));
    }
    await Promise.all(comingUp.values());
    await load.until(events);
    await load.stop();
    return { faults: kills, acked: load.figures.acked, drainMs: await world.drain(drainWithinMs) };
  },
});
