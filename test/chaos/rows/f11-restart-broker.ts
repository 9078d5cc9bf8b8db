// F11: the broker's application is stopped, the broker restarted, or killed. What it confirmed is not lost, and the API does not notice.
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { apiProblems, startApiLoad } from '../api-load.ts';
import { defineRow } from '../row.ts';

const ways = ['kill', 'stop', 'stop_app'] as const;
const leastSuccess = 0.999;
/** So long a restart waits at most for what the one before it has left. */
const catchUpMs = 12_000;

export const f11 = defineRow({
  name: 'F11',
  title: 'RabbitMQ stop_app, restarted, kill -9',
  sizes: {
    short: { restarts: 1, everyMs: 1_000, perSecond: 60, drainWithinMs: 60_000 },
    ci: { restarts: 6, everyMs: 2_000, perSecond: 120, drainWithinMs: 15_000 },
    soak: { restarts: 60, everyMs: 20_000, perSecond: 120, drainWithinMs: 15_000 },
  },
  run: async (world, { restarts, everyMs, perSecond, drainWithinMs }) => {
    const { random, context } = world;
    const { servers } = context;
    await Promise.all([world.startConsumer(), world.startRelay(), world.startApi()]);
    const load = await world.load(perSecond);
    const api = await startApiLoad(world, Math.max(5, load.perSecond / 5));
    await load.until(100);
    for (let restart = 1; restart <= restarts; restart += 1) {
      const way = ways[(restart - 1) % ways.length] ?? 'kill';
      // Each begins with the consumers up to date, so that the drain in the end is that of one restart.
      const isCaughtUp = async () => restart === 1 || (await world.behind()) < load.perSecond * 3;
      await eventually(isCaughtUp, { timeoutMs: catchUpMs, everyMs: 200 }).catch(() => undefined);
      await delay(random.between(everyMs / 2, everyMs));
      context.say(`restart ${restart} of ${restarts}: ${way}, ${load.events()} events`);
      if (way === 'stop_app') {
        await servers.brokerctl('stop_app');
        await delay(random.between(0, 2_000));
        await servers.brokerctl('start_app');
      } else {
        await servers.stopBroker(way);
        await delay(random.between(0, 1_000));
        await servers.startBroker();
      }
    }
    // The drain is counted from the moment the broker is ready; the load goes on to the end.
    await load.stop();
    await api.stop();
    const drainMs = await world.drain(drainWithinMs);
    const { ok, failed } = api.figures;
    const success = ok / Math.max(1, ok + failed);
    return {
      faults: restarts,
      acked: load.figures.acked,
      drainMs,
      notes: [`API: ${(success * 100).toFixed(2)} % of ${ok + failed} calls answered well`],
      problems: [
        ...(success < leastSuccess ? [`only ${(success * 100).toFixed(2)} % of the API's answers were good`] : []),
        ...(await apiProblems(world, api)),
      ],
    };
  },
});
