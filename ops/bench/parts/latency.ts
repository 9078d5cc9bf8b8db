// From the acknowledged commit to the consumer: at several rates, and while other transactions are in the way.
import pg from 'pg';
import { atMost, type PartResult } from '../report/result.ts';
import { createSamples, quantile, rounding, type Samples } from '../report/samples.ts';
import { type Bench, interleave, settingsFor } from '../run/bench.ts';
import { drainOnce } from '../run/drain.ts';
import { emptyOutbox, fillOutbox, settle, usualShape } from '../run/events.ts';
import { type Contender, dropSlot, lineup, makeSlot } from '../run/lineup.ts';
import { openWriter, type Writer } from '../run/steady.ts';
import { tick } from '../run/tick.ts';

type Scenario = {
  readonly key: string;
  readonly name: string;
  readonly contender: Contender;
  readonly perSecond: number;
  readonly slowEvery?: number;
  readonly beside?: 'open transaction' | 'pinned snapshot';
};

const rates = [50, 500, 1_000];
const { relay, pgoutput, batch } = lineup;
const scenarios: readonly Scenario[] = [
  ...rates.flatMap((perSecond) =>
    (perSecond === 500 ? [relay, pgoutput, batch] : [relay, pgoutput]).map((contender) => ({
      key: `${contender.kind} ${perSecond}`,
      name: `${perSecond}/s`,
      contender,
      perSecond,
    })),
  ),
  {
    key: 'slow',
    name: '500/s, every tenth transaction open for 200 ms',
    contender: relay,
    perSecond: 500,
    slowEvery: 10,
  },
  {
    key: 'foreign',
    name: '500/s, a foreign transaction open for 3 s',
    contender: relay,
    perSecond: 500,
    beside: 'open transaction',
  },
  {
    key: 'pinned',
    name: '500/s, a snapshot pinned before many rows went out',
    contender: relay,
    perSecond: 500,
    beside: 'pinned snapshot',
  },
];

/** Measures. */
export async function measureLatency(bench: Bench): Promise<PartResult> {
  const samples = createSamples();
  const writer = await openWriter(bench, bench.queues.quorum);
  try {
    await interleave(bench.sizes.rounds, scenarios, async (scenario, round) => {
      bench.say(`round ${round} of ${bench.sizes.rounds}: ${scenario.contender.name}, ${scenario.name}`);
      await measureOne(bench, writer, scenario, samples);
    });
  } finally {
    await writer.close();
  }
  return report(samples);
}

async function measureOne(bench: Bench, writer: Writer, scenario: Scenario, samples: Samples): Promise<void> {
  const { key, contender, perSecond, slowEvery, beside } = scenario;
  const queue = bench.queues.quorum;
  const child = bench.children.get(`${contender.kind}-1`);
  const other = new pg.Client({ connectionString: bench.adminUrl, application_name: 'bench-other' });
  await other.connect();
  await emptyOutbox(bench.admin);
  if (beside === 'pinned snapshot') {
    await other.query('begin isolation level repeatable read; select count(*) from outbox_events');
    // Rows that went out and can not be cleaned away lie in the reader's path. Not emptied before: that would take them away.
    const keeping: Contender = { ...contender, fill: ({ admin }, shape) => fillOutbox(admin, shape) };
    await drainOnce(bench, keeping, queue, usualShape(bench.sizes.drain));
  }
  if (contender === pgoutput) await makeSlot(bench);
  await settle(bench.admin);
  await child.start(contender.kind, settingsFor(bench, queue, `${contender.kind}-1`));
  try {
    await tick(1_500);
    const foreign = beside === 'open transaction' ? holdOpen(other, 3_000) : undefined;
    const load = { perSecond, seconds: bench.sizes.latencySeconds, rings: contender === relay };
    const { lost, refused, again, waits } = await writer.run(slowEvery === undefined ? load : { ...load, slowEvery });
    await foreign;
    samples.add(`${key} p50`, quantile(waits, 0.5));
    samples.add(`${key} p99`, quantile(waits, 0.99));
    samples.add(`${key} lost`, lost);
    samples.add(`${key} again`, again);
    samples.add(`${key} refused`, refused);
  } finally {
    await child.stop();
    await other.end();
    if (contender === pgoutput) await dropSlot(bench);
  }
}

/** Opens a transaction that has an id of its own a second after the load began, and keeps it open. */
async function holdOpen(client: pg.Client, ms: number): Promise<void> {
  await tick(1_000);
  await client.query('begin; select pg_current_xact_id()');
  await tick(ms);
  await client.query('commit');
}

function report(samples: Samples): PartResult {
  const median = (name: string) => samples.median(name);
  const figure = (name: string) => {
    const value = median(name);
    return value === undefined ? null : rounding(value);
  };
  const keys = scenarios.filter(({ contender }) => contender === relay).map(({ key }) => key);
  const bounds: Readonly<Record<string, { p50?: number; p99?: number }>> = {
    'relay 50': { p50: 3, p99: 12 },
    'relay 500': { p50: 3, p99: 12 },
    'relay 1000': { p50: 3, p99: 12 },
    slow: { p99: 15 },
    foreign: { p99: 15 },
    pinned: { p50: 5 },
  };
  return {
    title: 'From the commit to the consumer',
    samples: samples.all(),
    tables: [
      {
        title: 'Commit acknowledged → consumer, ms, quorum queue',
        head: ['relay', 'load', 'p50', 'p99', 'lost', 'duplicates', 'not written'],
        rows: scenarios.map(({ key, name, contender }) => [
          contender.name,
          name,
          figure(`${key} p50`),
          figure(`${key} p99`),
          samples.sum(`${key} lost`),
          samples.sum(`${key} again`),
          samples.sum(`${key} refused`),
        ]),
        note: 'Not written: the machine was too busy to take the load. Slow transactions’ own events are left out of the percentiles. The batch relay polls every 5 ms; the log reader needs no bell.',
      },
    ],
    targets: [
      ...scenarios.flatMap(({ key, name }) => {
        const { p50, p99 } = bounds[key] ?? {};
        return [
          ...(p50 === undefined ? [] : [atMost(`latency p50, ms, ${name}`, p50, median(`${key} p50`))]),
          ...(p99 === undefined ? [] : [atMost(`latency p99, ms, ${name}`, p99, median(`${key} p99`))]),
        ];
      }),
      atMost(
        'latency: events lost in all of these',
        0,
        keys.reduce((sum, key) => sum + samples.sum(`${key} lost`), 0),
      ),
    ],
    charts: [
      {
        name: 'latency',
        title: 'Commit to consumer, ms',
        series: ['p50', 'p99'],
        rows: scenarios.map(({ key, name, contender }) => ({
          label: contender === relay ? name : `${contender.name}, ${name}`,
          values: [figure(`${key} p50`), figure(`${key} p99`)],
        })),
      },
    ],
  };
}
