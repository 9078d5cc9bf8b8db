// How long the events of a relay's partitions wait when its process is killed, or leaves, while events go on being committed.

import { atMost, type PartResult } from '../report/result.ts';
import { createSamples, quantile, rounding } from '../report/samples.ts';
import { type Bench, interleave, settingsFor } from '../run/bench.ts';
import type { Child } from '../run/child.ts';
import { emptyOutbox } from '../run/events.ts';
import { openWriter, type Writer } from '../run/steady.ts';
import { tick } from '../run/tick.ts';

const ways = { killed: 'killed (SIGKILL)', leaves: 'leaves (an orderly stop)' } as const;
type Way = keyof typeof ways;
const partitions = 64;
const perSecond = 200;

/** Measures. */
export async function measureTakeover(bench: Bench): Promise<PartResult> {
  const samples = createSamples();
  const writer = await openWriter(bench, bench.queues.quorum);
  try {
    await interleave(bench.sizes.takeovers, ['killed', 'leaves'] as const, async (way, round) => {
      bench.say(`round ${round} of ${bench.sizes.takeovers}: one of two relays ${ways[way]}`);
      const { seconds, longest, lost, again } = await takeOver(bench, writer, way);
      samples.add(`${way} seconds`, seconds);
      samples.add(`${way} longest`, longest);
      samples.add(`${way} lost`, lost);
      samples.add(`${way} again`, again);
    });
  } finally {
    await writer.close();
  }
  const figure = (name: string) => rounding(samples.median(name) ?? Number.NaN);
  return {
    title: 'When a relay is gone',
    samples: samples.all(),
    tables: [
      {
        title: `One of two relays, at ${perSecond} events/s`,
        head: ['it', 'the other has all partitions after, s', 'longest wait of an event, s', 'lost', 'duplicates'],
        rows: (Object.keys(ways) as Way[]).map((way) => [
          ways[way],
          figure(`${way} seconds`),
          figure(`${way} longest`),
          samples.sum(`${way} lost`),
          samples.sum(`${way} again`),
        ]),
      },
    ],
    targets: [
      atMost('takeover of a killed relay’s partitions, s', 5, samples.median('killed seconds')),
      atMost('takeover of a leaving relay’s partitions, s', 1, samples.median('leaves seconds')),
      atMost('takeover: events lost', 0, samples.sum('killed lost') + samples.sum('leaves lost')),
    ],
    charts: [],
  };
}

async function takeOver(bench: Bench, writer: Writer, way: Way) {
  await emptyOutbox(bench.admin);
  const [first, second] = ['relay-1', 'relay-2'].map((name) => bench.children.get(name)) as [Child, Child];
  for (const [name, child] of Object.entries({ 'relay-1': first, 'relay-2': second }))
    await child.start('relay', settingsFor(bench, bench.queues.quorum, name));
  await Promise.all([first, second].map((child) => owns(child, partitions / 2)));
  const load = writer.run({ perSecond, seconds: 8, rings: true });
  await tick(3_000);
  const goneAt = performance.now();
  const gone = way === 'killed' ? first.kill() : first.stop();
  await owns(second, partitions);
  const seconds = (performance.now() - goneAt) / 1_000;
  await gone;
  const { waits, lost, again } = await load;
  await second.stop();
  return { seconds, longest: (quantile(waits, 1) ?? Number.NaN) / 1_000, lost, again };
}

async function owns(child: Child, count: number): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (((await child.status()) as { partitions: number }).partitions !== count) {
    if (performance.now() > deadline) throw new Error(`a relay did not get ${count} partitions within 30 s`);
    await tick(10);
  }
}
