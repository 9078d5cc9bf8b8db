// How long it takes to replay a contact with many events: with snapshots and without, to now and to a moment long past.
import { atMost, type PartResult } from '../report/result.ts';
import { rounding } from '../report/samples.ts';
import type { Bench } from '../run/bench.ts';
import { measureInShop } from '../run/shop-process.ts';
import { snapshotDistance } from '../run/shop-replays.ts';

/** Measures. */
export async function measureReplay(bench: Bench): Promise<PartResult> {
  const total = bench.sizes.replayed;
  const samples = await measureInShop(bench, 'replays');
  const figure = (name: string) => rounding(samples.median(name) ?? Number.NaN);
  const row = (title: string, way: string) => [
    title,
    figure(`${way} read`),
    figure(`${way} p50`),
    figure(`${way} p99`),
  ];
  const events = total.toLocaleString('en');
  return {
    title: 'Replays of one aggregate',
    samples: samples.all(),
    tables: [
      {
        title: `A contact with ${events} events`,
        head: ['replay', 'events read', 'p50, ms', 'p99, ms'],
        rows: [
          row('to now, from the last snapshot', 'snapshot'),
          row('to a moment in the middle, from the snapshot before it', 'middle'),
          row('to now, every event', 'whole'),
        ],
        note: `A snapshot every ${snapshotDistance} events. One event of three carries a name, sealed; in one process, the keys known.`,
      },
    ],
    targets: [
      atMost(`replay of ${events} events from a snapshot, ms (p50)`, 10, samples.median('snapshot p50')),
      atMost(`replay of ${events} events to a moment in the middle, ms (p50)`, 10, samples.median('middle p50')),
    ],
    charts: [],
  };
}
