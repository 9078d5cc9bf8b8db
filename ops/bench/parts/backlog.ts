// A backlog of a million: does the relay go on at the rate at which it began, and with the memory it had?

import { atLeast, atMost, type PartResult, rounding } from '../report/result.ts';
import { type Bench, settingsFor } from '../run/bench.ts';
import { emptyOutbox, fillOutbox, usualShape } from '../run/events.ts';
import { tick } from '../run/tick.ts';

const tenths = 10;

/** Measures, once: its ratios are inside one drain. */
export async function measureBacklog(bench: Bench): Promise<PartResult> {
  const total = bench.sizes.backlog;
  const queue = bench.queues.quorum;
  await emptyOutbox(bench.admin);
  await fillOutbox(bench.admin, usualShape(total), (rows) => bench.say(`${rows.toLocaleString('en')} events written`));
  queue.arrivals.begin({ ids: false, markEvery: total / tenths });
  const child = bench.children.get('relay-backlog');
  await child.start('relay', settingsFor(bench, queue, 'relay-backlog'));
  const memory: number[] = [];
  let sayAt = 0;
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
      if (done < tenths) await Promise.race([queue.arrivals.reach(total), tick(250)]);
    }
  } finally {
    await child.stop();
  }
  const marks = queue.arrivals.marks();
  const rates = Array.from(
    { length: tenths },
    (_, n) => (total / tenths / ((marks[n + 1] ?? 0) - (marks[n] ?? 0))) * 1_000,
  );
  const at = (values: readonly number[], index: number) => values.at(index) ?? Number.NaN;
  return {
    title: 'A long backlog',
    samples: {
      'events/s by tenths': rates.map(rounding),
      'MiB by tenths': Array.from(memory, (value) => rounding(value ?? Number.NaN)),
    },
    tables: [
      {
        title: `Drain of ${total.toLocaleString('en')} events, quorum queue, by tenths`,
        head: ['tenth', 'events/s', 'memory of the relay, MiB'],
        rows: rates.map((rate, n) => [n + 1, rounding(rate), memory[n] === undefined ? null : rounding(memory[n])]),
        note: `Out of order or doubled: ${queue.arrivals.late()}. Memory is the most seen in that tenth.`,
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
