// F9: the database answers late, rows stay locked, statements take too long, the way to it is cut half-open in the midst of transactions. No request waits
// longer than 10 s, the database's own time-outs end what would wait, and all is well afterwards.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { eventually } from '../../support/eventually.ts';
import { apiProblems, startApiLoad } from '../api-load.ts';
import { defineRow, tooLong } from '../row.ts';
import type { World } from '../world.ts';

const longestMs = 10_000;
const servingWithinMs = 5_000;
/** Each longer than the time-out it is to bring out, and than the requests that meet it. */
const slowStatementsMs = 12_000;
/** What the database is to end by itself: waiting for a lock (2 s), a statement (5 s), an open transaction in which nothing is done (10 s). */
const timeouts = { lock_timeout: '55P03', statement_timeout: '57014', idle_in_transaction_session_timeout: '25P03' };

/** Holds the rows of all contacts, as a forgotten console would. */
async function lockContacts({ stack }: World, forMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: stack.adminUrl });
  await client.connect();
  await client.query('begin; select from contacts for update');
  await delay(forMs);
  await client.end();
}

/** Every change of a contact takes 8 s in the database while there is a row in chaos_slow, as on a disk that hardly answers. */
async function prepareSlowness({ admin }: World): Promise<void> {
  await admin.query(
    `create table chaos_slow (); grant select on chaos_slow to app_user;
     create function chaos_slow_down() returns trigger language plpgsql as
       $$ begin if exists (select from public.chaos_slow) then perform pg_sleep(8); end if; return new; end $$;
     create trigger chaos_slow_down before update on contacts for each row execute function chaos_slow_down()`,
  );
}

export const f9 = defineRow({
  name: 'F9',
  title: 'the database late, locked, slow, cut off (half-open)',
  sizes: {
    ci: { rounds: 1, eachMs: 30_000, perSecond: 30, drainWithinMs: 20_000 },
    soak: { rounds: 10, eachMs: 30_000, perSecond: 30, drainWithinMs: 20_000 },
  },
  run: async (world, { rounds, eachMs, perSecond, drainWithinMs }) => {
    const { admin, databaseProxy, context, stack } = world;
    await prepareSlowness(world);
    await Promise.all([world.startConsumer(), world.startRelay(), world.startApi()]);
    const load = await world.load(perSecond);
    // Patience beyond what is allowed, so that a longer wait shows. Half of the calls change contacts that the load has made: those wait for locks.
    const api = await startApiLoad(world, load.perSecond / 3, { patienceMs: 25_000, changes: 0.5 });
    await load.until(100);
    const notes: string[] = [];
    const problems: string[] = [];
    const name = new URL(stack.databaseUrl).pathname.slice(1);
    const errors = (state: string): number => context.servers.databaseErrors(name).get(state) ?? 0;
    /** Answers 409 and 503 to changes. */
    const refused = (): number => (api.figures.changes.get('409') ?? 0) + (api.figures.changes.get('503') ?? 0);
    const phase = async (title: string, work: () => Promise<void>): Promise<void> => {
      context.say(`${title}, ${load.events()} events`);
      api.figures.slowestMs = 0;
      await work();
      const healedAt = performance.now();
      while (api.figures.lastOkAt < healedAt && performance.now() - healedAt < 4 * servingWithinMs) await delay(20);
      const servedMs = performance.now() - healedAt;
      // Whoever began to wait before the end shows now.
      await delay(1_000);
      const slowestMs = api.figures.slowestMs;
      notes.push(
        `${title}: the slowest answer of the API took ${Math.round(slowestMs)} ms, serving after ${Math.round(servedMs)} ms`,
      );
      problems.push(...tooLong(`${title}: an answer of the API`, slowestMs, longestMs));
      problems.push(...tooLong(`${title}: serving again`, servedMs, servingWithinMs));
    };
    for (let round = 1; round <= rounds; round += 1) {
      await phase('latency', async () => {
        databaseProxy.inject({ kind: 'latency', ms: 500, jitterMs: 250 });
        await delay(eachMs);
        databaseProxy.heal();
      });
      const before = refused();
      await phase('rows locked', () => lockContacts(world, eachMs));
      const met = refused() - before;
      notes.push(`rows locked: ${met} changes answered with 409 or 503`);
      if (met === 0) problems.push('rows locked: no change was refused, so none met a lock');
      await phase('slow statements', async () => {
        await admin.query('insert into chaos_slow default values');
        await delay(slowStatementsMs);
        await admin.query('delete from chaos_slow');
      });
      await phase('cut', async () => {
        // Late first, so that transactions are under way when nothing more gets through.
        databaseProxy.inject({ kind: 'latency', ms: 200 });
        await delay(1_500);
        databaseProxy.inject({ kind: 'halfOpen' });
        await delay(eachMs);
        databaseProxy.heal();
      });
    }
    await load.stop();
    await api.stop();
    const drainMs = await world.drain(drainWithinMs);
    for (const [timeout, state] of Object.entries(timeouts)) {
      await eventually(() => errors(state) > 0, { timeoutMs: 2_000 }).catch(() =>
        problems.push(`${timeout} never fired (${state} is not in the log of the database)`),
      );
      notes.push(`${timeout} (${state}) fired ${errors(state)} times`);
    }
    return {
      faults: rounds * 4,
      acked: load.figures.acked,
      drainMs,
      notes,
      problems: [...problems, ...(await apiProblems(world, api))],
    };
  },
});
