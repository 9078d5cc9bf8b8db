// Commands over HTTP against one warm API process: one at a time, and as many a second as it takes.
import type { PartResult } from '../report/result.ts';
import { createSamples, quantile, rounding, type Samples } from '../report/samples.ts';
import type { Bench } from '../run/bench.ts';
import { type CommandApi, startCommandApi } from '../run/command-api.ts';

const inFlight = 16;
const contacts = 64;

/** What a command does; each is written in one transaction with its Idempotency-Key. */
const ways = {
  create: {
    title: 'create a contact (1 event)',
    run: (api: CommandApi, n: number) =>
      api.call('POST', '/v1/contacts', { projectId: api.projectId, name: `Ana ${n}` }),
  },
  change: {
    title: 'change a field of a contact (2 events)',
    run: (api: CommandApi, n: number, ids: readonly string[]) =>
      api.call('PATCH', `/v1/contacts/${ids[n % ids.length]}`, { language: `x-${n}` }),
  },
};
type Way = keyof typeof ways;
const names = Object.keys(ways) as Way[];

/** Measures. */
export async function measureCommands(bench: Bench): Promise<PartResult> {
  const samples = createSamples();
  const { rounds, commands } = bench.sizes;
  const api = await startCommandApi(bench);
  try {
    const ids: string[] = [];
    for (let n = 0; n < contacts; n += 1) ids.push(String((await ways.create.run(api, n))['id']));
    let n = 0;
    const once = (way: Way): Promise<unknown> => {
      n += 1;
      return ways[way].run(api, n, ids);
    };
    // Warm: compiled code, prepared statements on every connection, the tenant's keys.
    bench.say('warming up');
    for (const way of names) await manyASecond(() => once(way), Math.max(500, commands));
    for (let round = 1; round <= rounds; round += 1)
      for (const way of names) {
        bench.say(`round ${round} of ${rounds}: ${ways[way].title}`);
        const waits = await oneByOne(() => once(way), commands);
        samples.add(`${way} p50`, quantile(waits, 0.5));
        samples.add(`${way} p99`, quantile(waits, 0.99));
        samples.add(`${way} rate`, await manyASecond(() => once(way), commands * 2));
      }
  } finally {
    await api.close();
  }
  return report(samples, commands);
}

function report(samples: Samples, commands: number): PartResult {
  const figure = (name: string) => rounding(samples.median(name) ?? Number.NaN);
  return {
    title: 'Commands over HTTP',
    samples: samples.all(),
    tables: [
      {
        title: 'One API process, warm',
        head: ['command', 'one at a time, p50, ms', 'p99, ms', `commands/s, ${inFlight} in flight`],
        rows: names.map((way) => [ways[way].title, figure(`${way} p50`), figure(`${way} p99`), figure(`${way} rate`)]),
        note: `${commands.toLocaleString('en')} one at a time, twice as many in flight, of ${contacts} contacts. The one who asks runs on the same machine.`,
      },
    ],
    targets: [],
    charts: [],
  };
}

async function oneByOne(command: () => Promise<unknown>, count: number): Promise<number[]> {
  const waits: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const startedAt = performance.now();
    await command();
    waits.push(performance.now() - startedAt);
  }
  return waits;
}

async function manyASecond(command: () => Promise<unknown>, count: number): Promise<number> {
  let left = count;
  const startedAt = performance.now();
  const ask = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await command();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, ask));
  return (count * 1_000) / (performance.now() - startedAt);
}
