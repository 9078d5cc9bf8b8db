// F12: the way to the broker is cut half-open: nobody is told. It is noticed by heartbeat or confirm time-out, and what was sent twice is absorbed.
import { setTimeout as delay } from 'node:timers/promises';
import { metricOf } from '../../support/supervised.ts';
import { defineRow, tooLong } from '../row.ts';

const soonestMs = 1_000;

export const f12 = defineRow({
  name: 'F12',
  title: 'the way to the broker cut (half-open)',
  sizes: {
    ci: { cuts: 3, cutMs: 30_000, perSecond: 75, noticedMs: 20_000, drainWithinMs: 30_000 },
    soak: { cuts: 30, cutMs: 30_000, perSecond: 75, noticedMs: 20_000, drainWithinMs: 30_000 },
  },
  run: async (world, { cuts, cutMs, perSecond, noticedMs, drainWithinMs }) => {
    const { processes, brokerProxy, context, random } = world;
    await Promise.all([world.startConsumer(), world.startRelay()]);
    const load = await world.load(perSecond);
    await load.until(100);
    const relayKnows = async () => (await metricOf(processes.get('relay'), 'relay_broker_up')) === 0;
    const consumerKnows = async () => !(await fetch(`${processes.get('consumer').url}/readyz`)).ok;
    const problems: string[] = [];
    const notes: string[] = [];
    for (let cut = 1; cut <= cuts; cut += 1) {
      await delay(random.between(1_000, 4_000));
      brokerProxy.inject({ kind: 'halfOpen' });
      const cutAt = performance.now();
      context.say(`cut ${cut} of ${cuts}, ${load.events()} events`);
      const noticed = async (knows: () => Promise<boolean>): Promise<number> => {
        while (!(await knows()) && performance.now() - cutAt < noticedMs + 5_000) await delay(50);
        return performance.now() - cutAt;
      };
      const [relayMs, consumerMs] = await Promise.all([noticed(relayKnows), noticed(consumerKnows)]);
      notes.push(
        `noticed by the relay after ${Math.round(relayMs)} ms, by the consumer after ${Math.round(consumerMs)} ms`,
      );
      problems.push(...tooLong('noticing the cut', Math.max(relayMs, consumerMs), noticedMs));
      // Neither a heartbeat nor a confirm is missed so soon: then they were away before, and this cut proves nothing.
      if (Math.min(relayMs, consumerMs) < soonestMs) problems.push(`cut ${cut} found somebody without a connection`);
      await delay(Math.max(0, cutMs - (performance.now() - cutAt)));
      brokerProxy.heal();
      // Else the next cut would find them where this one left them.
      while ((await relayKnows()) || (await consumerKnows())) await delay(50);
    }
    await load.stop();
    return { faults: cuts, acked: load.figures.acked, drainMs: await world.drain(drainWithinMs), problems, notes };
  },
});
