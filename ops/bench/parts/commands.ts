// Commands over HTTP against one warm API process: one at a time, and as many a second as it takes.
import type { PartResult } from '../report/result.ts';
import { rounding } from '../report/samples.ts';
import type { Bench } from '../run/bench.ts';
import { commandLoad, commandWays } from '../run/shop-commands.ts';
import { measureInShop } from '../run/shop-process.ts';

/** Measures. */
export async function measureCommands(bench: Bench): Promise<PartResult> {
  const samples = await measureInShop(bench, 'commands');
  const figure = (name: string) => rounding(samples.median(name) ?? Number.NaN);
  const { inFlight, contacts } = commandLoad;
  return {
    title: 'Commands over HTTP',
    samples: samples.all(),
    tables: [
      {
        title: 'One API process, warm',
        head: ['command', 'one at a time, p50, ms', 'p99, ms', `commands/s, ${inFlight} in flight`],
        rows: Object.entries(commandWays).map(([way, { title }]) => [
          title,
          figure(`${way} p50`),
          figure(`${way} p99`),
          figure(`${way} rate`),
        ]),
        note: `${bench.sizes.commands.toLocaleString('en')} one at a time, twice as many in flight, of ${contacts} contacts. The one who asks runs on the same machine.`,
      },
    ],
    targets: [],
    charts: [],
  };
}
