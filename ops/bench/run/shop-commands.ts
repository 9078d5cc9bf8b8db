// Gives commands to one warm API process over HTTP: one at a time, and as many a second as it takes.
import { createSamples, quantile } from '../report/samples.ts';
import { type CommandApi, startCommandApi } from './command-api.ts';
import type { ShopOrder } from './shop-process.ts';

/** How many are on their way at once, and of how many contacts they are. */
export const commandLoad = { inFlight: 16, contacts: 64 };

/** What a command does; each is written in one transaction with its Idempotency-Key. */
export const commandWays = {
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
type Way = keyof typeof commandWays;
const names = Object.keys(commandWays) as Way[];

/** Measures. */
export async function measureCommandsOver(
  { place, sizes: { rounds, commands } }: ShopOrder,
  say: (what: string) => void,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const samples = createSamples();
  const api = await startCommandApi(place);
  try {
    const ids: string[] = [];
    for (let n = 0; n < commandLoad.contacts; n += 1) ids.push(String((await commandWays.create.run(api, n))['id']));
    let n = 0;
    const once = (way: Way): Promise<unknown> => {
      n += 1;
      return commandWays[way].run(api, n, ids);
    };
    // Warm: compiled code, prepared statements on every connection, the tenant's keys.
    say('warming up');
    for (const way of names) await manyASecond(() => once(way), Math.max(500, commands));
    for (let round = 1; round <= rounds; round += 1)
      for (const way of names) {
        say(`round ${round} of ${rounds}: ${commandWays[way].title}`);
        const waits = await oneByOne(() => once(way), commands);
        samples.add(`${way} p50`, quantile(waits, 0.5));
        samples.add(`${way} p99`, quantile(waits, 0.99));
        samples.add(`${way} rate`, await manyASecond(() => once(way), commands * 2));
      }
  } finally {
    await api.close();
  }
  return samples.all();
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
  await Promise.all(Array.from({ length: commandLoad.inFlight }, ask));
  return (count * 1_000) / (performance.now() - startedAt);
}
