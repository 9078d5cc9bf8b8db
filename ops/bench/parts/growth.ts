// How the relay's rate changes with the size of the backlog, of the payload, and with how the events spread over aggregates.

import type { PartResult } from '../report/result.ts';
import { createSamples, ratio, rounding } from '../report/samples.ts';
import { type Bench, interleave } from '../run/bench.ts';
import { drainOnce } from '../run/drain.ts';
import { type Shape, usualShape } from '../run/events.ts';
import { lineup } from '../run/lineup.ts';

type Case = { readonly key: string; readonly group: string; readonly shape: Shape };

const most = 128 * 2 ** 20;

function casesOf({ growth, growthBacklogs }: Bench['sizes']): Case[] {
  const usual = usualShape(growth);
  const count = (value: number) => value.toLocaleString('en');
  return [
    ...growthBacklogs.map((total) => ({
      key: `backlog of ${count(total)}`,
      group: 'backlog',
      shape: usualShape(total),
    })),
    ...[0.5, 2, 16, 64].map((kib) => ({
      key: `payload of ${kib} KiB`,
      group: 'payload',
      shape: { ...usual, payloadBytes: kib * 1_024, total: Math.min(growth, most / (kib * 1_024)) },
    })),
    ...[16, 100, 1_000, 10_000].map((aggregates) => ({
      key: `${count(aggregates)} aggregates`,
      group: 'aggregates',
      shape: { ...usual, aggregates },
    })),
    { key: '500 aggregates, one with half of all', group: 'aggregates', shape: { ...usual, hot: true } },
  ];
}

/** Measures, on the quorum queue. */
export async function measureGrowth(bench: Bench): Promise<PartResult> {
  const samples = createSamples();
  const cases = casesOf(bench.sizes);
  await interleave(bench.sizes.rounds, cases, async ({ key, group, shape }, round) => {
    // The bare client knows neither backlog nor aggregates.
    for (const contender of group === 'payload' ? [lineup.bare, lineup.relay] : [lineup.relay]) {
      bench.say(`round ${round} of ${bench.sizes.rounds}: ${key}, ${contender.name}`);
      const { rate, cpuMicros, late } = await drainOnce(bench, contender, bench.queues.quorum, shape);
      samples.add(`${key} ${contender.kind}`, rate);
      samples.add(`${key} ${contender.kind} cpu`, cpuMicros);
      samples.add(`${key} ${contender.kind} late`, late);
    }
  });
  const figure = (value: number | undefined) => (value === undefined ? null : rounding(value));
  const rate = (key: string) => samples.median(`${key} relay`);
  return {
    title: 'How the cost grows',
    samples: samples.all(),
    tables: [
      {
        title: 'Drain by one relay, quorum queue',
        head: [
          'case',
          'events',
          'events/s',
          'MiB/s of payload',
          'of the bare client',
          'CPU µs an event',
          'out of order',
        ],
        rows: cases.map(({ key, shape }) => [
          key,
          shape.total,
          figure(rate(key)),
          figure(((rate(key) ?? Number.NaN) * shape.payloadBytes) / 2 ** 20),
          figure(ratio(rate(key), samples.median(`${key} bare`))),
          figure(samples.median(`${key} relay cpu`)),
          samples.sum(`${key} relay late`),
        ]),
        note: 'A backlog of 1,000 is mostly the relay’s start. The backlog of a million is a part of its own; 1, 2 and 4 processes are in the first table. The bare client sends events of the same size.',
      },
    ],
    targets: [],
    charts: [
      {
        name: 'growth',
        title: 'Drain by one relay, events/s',
        series: ['events/s'],
        rows: cases.map(({ key }) => ({ label: key, values: [figure(rate(key))] })),
      },
    ],
  };
}
