// How fast a backlog goes out: this relay beside the bare client and its peers, on both kinds of queue, and with 2 and 4 processes.

import { atLeast, atMost, type PartResult } from '../report/result.ts';
import { createSamples, ratio, rounding, type Samples } from '../report/samples.ts';
import { type Bench, interleave, type WatchedQueue } from '../run/bench.ts';
import { drainOnce } from '../run/drain.ts';
import { type Shape, usualShape } from '../run/events.ts';
import { type Contender, lineup } from '../run/lineup.ts';
import type { QueueKind } from '../run/queue.ts';
import { tick } from '../run/tick.ts';

type Entry = { readonly key: string; readonly contender: Contender; readonly processes: number };

const entries: readonly Entry[] = [
  ...Object.entries(lineup).map(([key, contender]) => ({ key, contender, processes: 1 })),
  { key: 'relay2', contender: { ...lineup.relay, name: 'this relay, 2 processes' }, processes: 2 },
  { key: 'relay4', contender: { ...lineup.relay, name: 'this relay, 4 processes' }, processes: 4 },
];
const kinds = ['classic', 'quorum'] as const;
/** These take a round trip or more an event: a tenth of the events tells as much. */
const slow = ['oneRow', 'graphileSingly'];
const orderedPeers = ['graphileOrdered', 'graphileSingly', 'bossOrdered'];

/** Measures. */
export async function measureDrain(bench: Bench): Promise<PartResult> {
  const samples = createSamples();
  const shapeOf = ({ key }: Entry): Shape => usualShape(slow.includes(key) ? bench.sizes.slow : bench.sizes.drain);
  const items = kinds.flatMap((kind) => entries.map((entry) => ({ kind, entry })));
  for (const entry of entries) {
    bench.say(`warming up: ${entry.contender.name}`);
    await drainOrStall(
      bench,
      entry,
      bench.queues.quorum,
      usualShape(slow.includes(entry.key) ? 100 : bench.sizes.warmUp),
    );
  }
  await interleave(bench.sizes.rounds, items, async ({ kind, entry }, round) => {
    const { key, contender } = entry;
    bench.say(`round ${round} of ${bench.sizes.rounds}, ${kind}: ${contender.name}`);
    const drained = await drainOrStall(bench, entry, bench.queues[kind], shapeOf(entry));
    if (drained === 'stalled') return samples.add(`${key} stalled`, 1);
    samples.add(`${key} ${kind}`, drained.rate);
    samples.add(`${key} cpu`, drained.cpuMicros);
    samples.add(`${key} late`, drained.late);
    samples.add(`${key} again`, drained.again);
  });
  return report(bench, samples);
}

/** A peer that stalls is told in the table; ours must not. */
async function drainOrStall(bench: Bench, { contender, processes }: Entry, queue: WatchedQueue, shape: Shape) {
  try {
    return await drainOnce(bench, contender, queue, shape, processes);
  } catch (error) {
    if (contender.kind === 'relay' || contender.kind === 'bare') throw error;
    bench.say(`${contender.name} stalled: ${error instanceof Error ? error.message : error}`);
    await bench.children.get(`${contender.kind}-1`).kill();
    // What is still on its way must not be counted for the next one.
    await tick(2_000);
    return 'stalled';
  }
}

function report(bench: Bench, samples: Samples): PartResult {
  const rate = (key: string, kind: QueueKind) => samples.median(`${key} ${kind}`);
  // Who promises order and was seen to break it is no ordered peer.
  const inOrder = orderedPeers.filter((key) => samples.sum(`${key} late`) === 0);
  const best = (kind: QueueKind) => Math.max(...inOrder.map((key) => rate(key, kind) ?? Number.NaN));
  const versus = (kind: QueueKind, other: number | undefined) => ratio(rate('relay', kind), other);
  const figure = (value: number | undefined) => (value === undefined ? null : rounding(value));
  return {
    title: 'Relays side by side',
    samples: samples.all(),
    tables: [
      {
        title: `Drain of a backlog of ${bench.sizes.drain.toLocaleString('en')} events to the consumer`,
        head: [
          'relay',
          'order per aggregate',
          'classic, events/s',
          'quorum, events/s',
          'of the ceiling (quorum)',
          'CPU µs an event',
          'out of order',
          'stalled',
        ],
        rows: entries.map(({ key, contender }) => [
          contender.name,
          contender.order,
          figure(rate(key, 'classic')),
          figure(rate(key, 'quorum')),
          figure(ratio(rate(key, 'quorum'), rate('bare', 'quorum'))),
          figure(samples.median(`${key} cpu`)),
          samples.sum(`${key} late`),
          samples.sum(`${key} stalled`),
        ]),
        note: 'CPU: of the PostgreSQL backends and the relay’s processes. Peers run as superuser without row-level security, in their own tables, with their batching switched on.',
      },
    ],
    targets: [
      ...kinds.flatMap((kind) => [
        atLeast(`drain, ${kind}: relay / bare client`, 0.65, versus(kind, rate('bare', kind))),
        atLeast(`drain, ${kind}: relay / best ordered peer`, kind === 'classic' ? 1.5 : 1.8, versus(kind, best(kind))),
        atLeast(`drain, ${kind}: relay / batches with SKIP LOCKED`, 1.3, versus(kind, rate('batch', kind))),
        atLeast(`drain, ${kind}: relay / one row at a time`, 10, versus(kind, rate('oneRow', kind))),
        ...[2, 4].map((processes) =>
          atLeast(
            `drain, ${kind}: ${processes} processes / one`,
            0.85,
            ratio(rate(`relay${processes}`, kind), rate('relay', kind)),
          ),
        ),
      ]),
      atMost('drain: CPU of PostgreSQL and relay, µs an event', 60, samples.median('relay cpu')),
      atMost(
        'drain: events of the relay out of order, 1, 2 and 4 processes',
        0,
        samples.sum('relay late') + samples.sum('relay2 late') + samples.sum('relay4 late'),
      ),
    ],
    charts: [
      {
        name: 'drain',
        title: 'Events a second from a backlog to the consumer',
        series: [...kinds],
        rows: entries.map(({ key, contender }) => ({
          label: contender.name,
          values: kinds.map((kind) => figure(rate(key, kind))),
        })),
      },
    ],
  };
}
