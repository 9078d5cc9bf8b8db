// F13: the broker is out of memory and blocks its publishers. The relay waits, the API does not notice, and everything goes out afterwards.
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { metricOf } from '../../support/supervised.ts';
import { apiProblems, startApiLoad } from '../api-load.ts';
import { defineRow } from '../row.ts';

export const f13 = defineRow({
  name: 'F13',
  title: "the broker's memory alarm (connection.blocked)",
  sizes: {
    ci: { alarms: 2, blockedMs: 30_000, perSecond: 75, drainWithinMs: 15_000 },
    soak: { alarms: 20, blockedMs: 30_000, perSecond: 75, drainWithinMs: 15_000 },
  },
  run: async (world, { alarms, blockedMs, perSecond, drainWithinMs }) => {
    const { processes, context } = world;
    const { servers } = context;
    await Promise.all([world.startConsumer(), world.startRelay(), world.startApi()]);
    const load = await world.load(perSecond);
    const api = await startApiLoad(world, load.perSecond / 5);
    await load.until(100);
    const isBlocked = async () => (await metricOf(processes.get('relay'), 'relay_broker_blocked')) === 1;
    try {
      for (let alarm = 1; alarm <= alarms; alarm += 1) {
        await servers.brokerctl('set_vm_memory_high_watermark', '0.000001');
        context.say(`alarm ${alarm} of ${alarms}, ${load.events()} events`);
        await eventually(isBlocked, { timeoutMs: 20_000 });
        await delay(blockedMs);
        await servers.brokerctl('set_vm_memory_high_watermark', 'absolute', '512MB');
        await eventually(async () => !(await isBlocked()), { timeoutMs: 20_000 });
      }
    } finally {
      await servers.brokerctl('set_vm_memory_high_watermark', 'absolute', '512MB');
    }
    await load.stop();
    await api.stop();
    const { ok, failed } = api.figures;
    return {
      faults: alarms,
      acked: load.figures.acked,
      drainMs: await world.drain(drainWithinMs),
      notes: [`API: ${ok} made, ${failed} failed`],
      problems: [...(failed > 0 ? [`${failed} calls of the API failed`] : []), ...(await apiProblems(world, api))],
    };
  },
});
