// How many transactions of a domain row and an event commit a second: with nobody told, with the bell after the commit, with NOTIFY inside it.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createBell } from '../../../db/bell.ts';
import { appendParameter, appendSql } from '../../../db/outbox.ts';
import { createPool } from '../../../db/pool.ts';
import { atLeast, type PartResult } from '../report/result.ts';
import { createSamples, ratio, rounding } from '../report/samples.ts';
import { type Bench, interleave } from '../run/bench.ts';
import { emptyOutbox } from '../run/events.ts';
import { newEvent } from '../run/new-event.ts';

const ways = {
  none: 'nobody is told',
  bell: 'the bell, after the commit',
  notify: 'NOTIFY in the transaction',
} as const;
type Way = keyof typeof ways;
const connectionCounts = [16, 64];
/** What a bell sends, and nothing else: how many of them a database takes. */
const alone = 'NOTIFY alone, as the bell sends it';

// One statement, so that the database is the limit and not this process.
const append = `with project as (insert into projects (id, tenant_id, sequence, user_id, name, created_at) values ($2, 'bench', 1, $2, 'bench', now())),
  ${appendSql('$1', '')}`;
const statements = {
  plain: { name: 'commit_plain', text: append },
  notify: { name: 'commit_notify', text: `${append} returning pg_notify('outbox_events', '')` },
};

/** Measures. */
export async function measureCommits(bench: Bench): Promise<PartResult> {
  const samples = createSamples();
  const listener = new pg.Client({ connectionString: bench.database.systemUrl, application_name: 'bench-listener' });
  await listener.connect();
  await listener.query('listen outbox_events');
  const cases = connectionCounts.flatMap((connections) =>
    (Object.keys(ways) as Way[]).map((way) => ({ way, connections })),
  );
  try {
    await interleave(bench.sizes.rounds, cases, async ({ way, connections }, round) => {
      bench.say(`round ${round} of ${bench.sizes.rounds}: ${connections} connections, ${ways[way]}`);
      await emptyOutbox(bench.admin);
      await bench.admin.query('checkpoint');
      samples.add(`${way} ${connections}`, await commitsASecond(bench, way, connections));
    });
    for (let round = 1; round <= bench.sizes.rounds; round += 1) {
      bench.say(`round ${round} of ${bench.sizes.rounds}: ${alone}`);
      samples.add('notify alone', await notifiesASecond(bench, connectionCounts[0] ?? 1));
    }
  } finally {
    await listener.end();
  }
  const median = (way: Way, connections: number) => samples.median(`${way} ${connections}`);
  const cell = (way: Way, connections: number) => {
    const value = median(way, connections);
    return value === undefined ? null : rounding(value);
  };
  return {
    title: 'What telling the relay costs the writers',
    samples: samples.all(),
    tables: [
      {
        title: 'Commits a second, each with a domain row and an event',
        head: ['the relay is told by', ...connectionCounts.map((connections) => `${connections} connections`)],
        rows: (Object.keys(ways) as Way[]).map((way) => [
          ways[way],
          ...connectionCounts.map((connections) => cell(way, connections)),
        ]),
        note:
          'Of NOTIFY alone, as a bell sends it, one database took ' +
          rounding(samples.median('notify alone') ?? 0).toLocaleString('en') +
          ' a second. As app_user with row-level security, one listener, no relay beside.',
      },
    ],
    targets: connectionCounts.flatMap((connections) => [
      atLeast(
        `commits, ${connections} connections: bell / nobody told`,
        0.75,
        ratio(median('bell', connections), median('none', connections)),
      ),
      atLeast(
        `commits, ${connections} connections: bell / NOTIFY inside`,
        2,
        ratio(median('bell', connections), median('notify', connections)),
      ),
    ]),
    charts: [],
  };
}

async function commitsASecond(bench: Bench, way: Way, connections: number): Promise<number> {
  const settings = { 'app.current_tenant': 'bench' };
  const pool = createPool({ url: bench.database.userUrl, size: connections, name: 'bench-writer', settings });
  const bellPool = createPool({ url: bench.database.systemUrl, size: 1, name: 'bench-bell' });
  const bell = createBell(bellPool, 'outbox_events');
  const statement = way === 'notify' ? statements.notify : statements.plain;
  let commits = 0;
  const writeFor = async (seconds: number): Promise<void> => {
    const until = performance.now() + seconds * 1_000;
    const write = async (): Promise<void> => {
      while (performance.now() < until) {
        await pool.query({ ...statement, values: [appendParameter([newEvent()]), randomUUID()] });
        if (way === 'bell') bell.ring();
        commits += 1;
      }
    };
    await Promise.all(Array.from({ length: connections }, write));
  };
  try {
    await writeFor(0.5);
    commits = 0;
    const startedAt = performance.now();
    await writeFor(bench.sizes.commitSeconds);
    return (commits * 1_000) / (performance.now() - startedAt);
  } finally {
    await Promise.all([pool.end(), bellPool.end()]);
  }
}

async function notifiesASecond(bench: Bench, connections: number): Promise<number> {
  const pool = createPool({ url: bench.database.systemUrl, size: connections, name: 'bench-bell' });
  let sent = 0;
  try {
    await Promise.all(Array.from({ length: connections }, () => pool.query('select pg_sleep(0.05)')));
    const startedAt = performance.now();
    const until = startedAt + bench.sizes.commitSeconds * 1_000;
    const send = async (): Promise<void> => {
      for (; performance.now() < until; sent += 1) await pool.query('notify outbox_events');
    };
    await Promise.all(Array.from({ length: connections }, send));
    return (sent * 1_000) / (performance.now() - startedAt);
  } finally {
    await pool.end();
  }
}
