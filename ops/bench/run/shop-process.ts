// A process of its own for what is measured of the product itself: some peers change, for their whole process, how PostgreSQL's values are read.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createSamples, type Samples } from '../report/samples.ts';
import type { Sizes } from '../sizes.ts';
import type { Bench } from './bench.ts';

/** Where the shop's database is. */
export type ShopPlace = { readonly userUrl: string; readonly systemUrl: string; readonly amqpUrl: string };

/** What is measured there. */
export type ShopWork = 'commands' | 'replays';

/** What the process is told. */
export type ShopOrder = { readonly work: ShopWork; readonly place: ShopPlace; readonly sizes: Sizes };

/** What it tells: what it is at, or in the end every measurement. */
export type ShopNews =
  | { readonly say: string }
  | { readonly samples: Readonly<Record<string, readonly number[]>> }
  | { readonly error: string };

const file = fileURLToPath(new URL('../shop.ts', import.meta.url));

/** Runs the work in a new process. */
export function measureInShop({ database, amqpUrl, sizes, say }: Bench, work: ShopWork): Promise<Samples> {
  const { userUrl, systemUrl } = database;
  const child = fork(file, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise<Samples>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the process has ended')));
    child.on('message', (news: ShopNews) => {
      if ('say' in news) return say(news.say);
      if ('error' in news) return reject(new Error(news.error));
      const samples = createSamples();
      for (const [name, values] of Object.entries(news.samples)) for (const value of values) samples.add(name, value);
      resolve(samples);
    });
    const order: ShopOrder = { work, place: { userUrl, systemUrl, amqpUrl }, sizes };
    child.send(order);
  }).finally(() => child.kill());
}
