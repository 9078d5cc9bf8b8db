// F6b: every event is delivered three times, in any order. Each takes effect once, and in ordered consumers in its sequence.
import { commitEvents, makeEvents, markAllSent, sendEvents } from '../bulk.ts';
import { defineRow } from '../row.ts';

export const f6b = defineRow({
  name: 'F6b',
  title: 'every event delivered three times, shuffled',
  sizes: {
    ci: { events: 10_000, drainWithinMs: 120_000 },
    soak: { events: 100_000, drainWithinMs: 1_200_000 },
  },
  world: { consumers: ['chaos_ordered', 'chaos_unordered'] },
  run: async (world, { events: count, drainWithinMs }) => {
    await Promise.all([world.startConsumer('consumer 1'), world.startConsumer('consumer 2')]);
    await world.rest();
    const events = makeEvents(world, { aggregates: 500, perAggregate: count / 500 });
    const acked = await commitEvents(world, events);
    await markAllSent(world);
    world.context.say(`${events.length} events committed, sending each three times`);
    await sendEvents(world, world.random.shuffle([...events, ...events, ...events]));
    return { faults: events.length * 2, acked, drainMs: await world.drain(drainWithinMs) };
  },
});
