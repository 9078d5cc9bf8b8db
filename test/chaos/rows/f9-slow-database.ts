// F9: the database answers late, a row stays locked, the way to it is cut half-open. No request waits longer than 10 s, and all is well afterwards.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { apiProblems, startApiLoad } from '../api-load.ts';
import { defineRow, tooLong } from '../row.ts';
import type { World } from '../world.ts';

const longestMs = 10_000;
const servingWithinMs = 5_000;

/** Holds the rows of all contacts, as a forgotten console would. */
async function lockContacts({ stack }: World, forMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: stack.adminUrl });
  await client.connect();
  await client.query('begin; select from contacts for update');
  await delay(forMs);
  await client.end();
}

export const f9 = defineRow({
  name: 'F9',
  title: 'the database late, locked, cut off (half-open)',
  sizes: {
    ci: { rounds: 1, eachMs: 30_000, perSecond: 30, drainWithinMs: 20_000 },
    soak: { rounds: 10, eachMs: 30_000, perSecond: 30, drainWithinMs: 20_000 },
  },
  run: async (world, { rounds, eachMs, perSecond, drainWithinMs }) => {
    const { databaseProxy, context } = world;
    await Promise.all([world.startConsumer(), world.startRelay(), world.startApi()]);
    const load = await world.load(perSecond);
    // Patience beyond what is allowed, so that a longer wait shows.
    const api = await startApiLoad(world, load.perSecond / 3, 25_000);
    await load.until(100);
    const notes: string[] = [];
    const problems: string[] = [];
    const phase = async (name: string, work: () => Promise<void>): Promise<void> => {
      context.say(`${name}, ${load.events()} events`);
      api.figures.slowestMs = 0;
      await work();
      const healedAt = performance.now();
      while (api.figures.lastOkAt < healedAt && performance.now() - healedAt < 4 * servingWithinMs) await delay(20);
      const servedMs = performance.now() - healedAt;
      // Whoever began to wait before the end shows now.
      await delay(1_000);
      const slowestMs = api.figures.slowestMs;
      notes.push(
        `${name}: the slowest answer of the API took ${Math.round(slowestMs)} ms, serving after ${Math.round(servedMs)} ms`,
      );
      problems.push(...tooLong(`${name}: an answer of the API`, slowestMs, longestMs));
      problems.push(...tooLong(`${name}: serving again`, servedMs, servingWithinMs));
    };
    for (let round = 1; round <= rounds; round += 1) {
      await phase('latency', async () => {
        databaseProxy.inject({ kind: 'latency', ms: 500, jitterMs: 250 });
        await delay(eachMs);
        databaseProxy.heal();
      });
      await phase('rows locked', () => lockContacts(world, eachMs));
      await phase('cut', async () => {
        databaseProxy.inject({ kind: 'halfOpen' });
        await delay(eachMs);
        databaseProxy.heal();
      });
    }
    await load.stop();
    await api.stop();
    return {
      faults: rounds * 3,
      acked: load.figures.acked,
      drainMs: await world.drain(drainWithinMs),
      notes,
      problems: [...problems, ...(await apiProblems(world, api))],
    };
  },
});
