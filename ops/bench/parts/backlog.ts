// A backlog of a million: does the relay go on at the rate at which it began, and with the memory it had?

import { atLeast, atMost, type PartResult } from '../report/result.ts';
import { rounding } from '../report/samples.ts';
import { type Bench, settingsFor } from '../run/bench.ts';
import { emptyOutbox, fillOutbox, usualShape } from '../run/events.ts';

const tenths = 10;

/** Measures, once: its ratios are inside one drain. */
export async function measureBacklog(bench: Bench): Promise<PartResult> {
  const total = bench.sizes.backlog;
  const queue = bench.queues.quorum;
  await emptyOutbox(bench.admin);
  const logBefore = await logPosition(bench);
  await fillOutbox(bench.admin, usualShape(total), (rows) => bench.say(`${rows.toLocaleString('en')} events written`));
  const logFilled = await logPosition(bench);
  const stored = await outboxBytes(bench);
  queue.arrivals.begin({ ids: false, markEvery: total / tenths });
  const child = bench.children.get('relay-backlog');
  await child.start('relay', settingsFor(bench, queue, 'relay-backlog'));
  const memory: number[] = [];
  let sayAt = 0;
  const step = Math.ceil(total / tenths / 8);
  try {
    for (let done = 0; done < tenths; ) {
      const { rssMiB } = await child.usage();
      const count = queue.arrivals.count();
      const tenth = Math.min(tenths - 1, Math.floor((count * tenths) / total));
      memory[tenth] = Math.max(memory[tenth] ?? 0, rssMiB);
      done = Math.floor((count * tenths) / total);
      if (performance.now() > sayAt) {
        sayAt = performance.now() + 2_000;
        bench.say(`${count.toLocaleString('en')} of ${total.toLocaleString('en')} arrived, ${Math.round(rssMiB)} MiB`);
      }
      if (done < tenths) await queue.arrivals.reach(Math.min(total, count + step));
    }
  } finally {
    await child.stop();
  }
  const marks = queue.arrivals.marks();
  const bytes = {
    stored: stored / total,
    written: (logFilled - logBefore) / total,
    sent: ((await logPosition(bench)) - logFilled) / total,
  };
  const rates = Array.from(
    { length: tenths },
    (_, n) => (total / tenths / ((marks[n + 1] ?? 0) - (marks[n] ?? 0))) * 1_000,
  );
  const at = (values: readonly number[], index: number) => values.at(index) ?? Number.NaN;
  return {
    title: 'A long backlog',
    samples: {
      'events/s by tenths': rates.map(rounding),
      'bytes an event in the table': [rounding(bytes.stored)],
      'bytes an event in the log, written': [rounding(bytes.written)],
      'bytes an event in the log, sent': [rounding(bytes.sent)],
      'MiB by tenths': Array.from(memory, (value) => rounding(value ?? Number.NaN)),
    },
    tables: [
      {
        title: `Drain of ${total.toLocaleString('en')} events, quorum queue, by tenths`,
        head: ['tenth', 'events/s', 'memory of the relay, MiB'],
        rows: rates.map((rate, n) => [n + 1, rounding(rate), memory[n] === undefined ? null : rounding(memory[n])]),
        note: `Out of order or doubled: ${queue.arrivals.late()}. Memory is the most seen in that tenth.`,
      },
      {
        title: 'What an event of this size takes on PostgreSQL’s disk, bytes',
        head: ['table and indexes', 'log, when it is written', 'log, when it is marked as sent'],
        rows: [[rounding(bytes.stored), rounding(bytes.written), rounding(bytes.sent)]],
        note: 'In bulk; an event in a commit of its own takes more of the log, and a checkpoint makes the next change of each page take a page of it.',
      },
    ],
    targets: [
      atLeast('long backlog: rate of the last tenth / first', 0.9, at(rates, -1) / at(rates, 0)),
      atMost('long backlog: memory in the last tenth / third', 1.25, at(memory, -1) / at(memory, 2)),
      atMost('long backlog: events out of order', 0, queue.arrivals.late()),
    ],
    charts: [
      {
        name: 'backlog',
        title: `Drain of ${total.toLocaleString('en')} events: events/s by tenths`,
        series: ['events/s'],
        rows: rates.map((rate, n) => ({ label: `tenth ${n + 1}`, values: [rounding(rate)] })),
      },
    ],
  };
}

async function logPosition({ admin }: Bench): Promise<number> {
  const { rows } = await admin.query<{ at: string }>("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as at");
  return Number(rows[0]?.at);
}

async function outboxBytes({ admin }: Bench): Promise<number> {
  const { rows } = await admin.query<{ bytes: string }>(
    "select sum(pg_total_relation_size(relid)) as bytes from pg_partition_tree('outbox_events') where isleaf",
  );
  return Number(rows[0]?.bytes);
}
