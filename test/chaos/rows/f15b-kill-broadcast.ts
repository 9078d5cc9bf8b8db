// F15b: the worker is killed again and again while a broadcast is sent. The gateway saw each recipient exactly once, and what is told of it adds up.
import pg from 'pg';
import { eventually } from '../../support/eventually.ts';
import { createHttpBroadcasts } from '../../support/http-broadcasts.ts';
import { type RunningProduct, startRunningProduct } from '../../support/running-product.ts';
import type { ChaosRow } from '../row.ts';

type Figures = { readonly recipients: number; readonly kills: number; readonly withinMs: number };
type Outcome = {
  readonly drainMs: number;
  readonly lost: number;
  readonly doubled: number;
  readonly problems: string[];
};

const figures: Readonly<Record<'ci' | 'soak', Figures>> = {
  ci: { recipients: 100, kills: 3, withinMs: 240_000 },
  soak: { recipients: 2_000, kills: 20, withinMs: 3_600_000 },
};

/** Sends to all; kills come when so many more have theirs, so that each falls into the middle. */
async function send(product: RunningProduct, { recipients, kills, withinMs }: Figures): Promise<Outcome> {
  const { call, counts, newBroadcast, newList, receivers, status } = createHttpBroadcasts(product);
  const phones = Array.from({ length: recipients }, (_, index) => `55119${String(86_600_000 + index)}`);
  const { listId } = await newList(phones);
  const id = await newBroadcast(listId, 'Killed');
  await call('POST', `/v1/broadcasts/${id}/start`);
  const share = recipients / (kills + 1);
  let killedAt = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    await eventually(async () => (await receivers('Killed')).length >= kill * share, { timeoutMs: withinMs });
    await product.kill('worker');
    killedAt = performance.now();
    await product.restart('worker');
  }
  await eventually(async () => (await status(id)) === 'completed', { timeoutMs: withinMs, everyMs: 500 });
  const drainMs = Math.round(performance.now() - killedAt);
  const got = await receivers('Killed');
  const distinct = new Set(got);
  const lost = phones.filter((phone) => !distinct.has(phone)).length;
  const doubled = got.length - distinct.size;
  const told = await counts(id);
  const isTold = told['total'] === recipients && told['sent'] === recipients;
  return {
    drainMs,
    lost,
    doubled,
    problems: [
      ...(lost > 0 ? [`I1 ${lost} recipients got nothing`] : []),
      ...(doubled > 0 ? [`I3 ${doubled} messages came twice`] : []),
      ...(isTold ? [] : [`the counts say ${JSON.stringify(told)}`]),
    ],
  };
}

async function countEvents({ stack }: RunningProduct): Promise<number> {
  const admin = new pg.Client({ connectionString: stack.adminUrl });
  await admin.connect();
  try {
    const { rows } = await admin.query<{ count: number | string }>('select count(*) as count from outbox_events');
    return Number(rows[0]?.count);
  } finally {
    await admin.end();
  }
}

export const f15b: ChaosRow = {
  name: 'F15b',
  title: 'kill -9 the worker in the middle of a broadcast',
  needsTemporal: true,
  sizes: ['ci', 'soak'],
  async run(size, { servers, seed }) {
    const startedAt = performance.now();
    const chosen = figures[size === 'soak' ? 'soak' : 'ci'];
    const environment = { WAHA_TIMEOUT_MS: '2500', API_RATE_LIMIT_PER_MINUTE: '1000000' };
    const product = await startRunningProduct('chaos-f15b', { environment, servers: servers.addresses });
    try {
      const { drainMs, lost, doubled, problems } = await product
        .settle()
        .then(() => send(product, chosen))
        .catch((error: unknown) => ({
          ...{ drainMs: null, lost: 0, doubled: 0 },
          problems: [error instanceof Error ? error.message : String(error)],
        }));
      return {
        ...{ row: 'F15b', size, seed, faults: chosen.kills, events: await countEvents(product), lost, doubled },
        ...{ inversions: 0, duplicates: 0, drainMs, tookMs: Math.round(performance.now() - startedAt), load: null },
        notes: [`${chosen.recipients} recipients`],
        problems,
      };
    } finally {
      await product.stop();
    }
  },
};
