// A steady rate of commits by the product's own writer and bell, and how long each event takes from its acknowledged commit to the consumer.
import { createBell } from '../../../db/bell.ts';
import { appendEvents } from '../../../db/outbox.ts';
import { createPool, type Pool } from '../../../db/pool.ts';
import { inTenant } from '../../../db/transaction.ts';
import type { Bench, WatchedQueue } from './bench.ts';
import { newEvent } from './new-event.ts';
import { tick } from './tick.ts';

/** `slowEvery`: every n-th transaction stays open for 200 ms after its insert. `rings`: tells the relay after each commit. */
export type SteadyLoad = {
  readonly perSecond: number;
  readonly seconds: number;
  readonly slowEvery?: number;
  readonly rings: boolean;
};

/** `waits`: ms from commit to consumer of the measured events, without those of the slow transactions. */
export type Steady = {
  readonly events: number;
  readonly lost: number;
  /** Transactions that the machine was too busy for: they waited too long for a connection. */
  readonly refused: number;
  readonly again: number;
  readonly waits: readonly number[];
};

const slowMs = 200;
const warmUpSeconds = 1;
const connections = 32;

/** A writer keeps its connections over several loads. */
export type Writer = { readonly run: (load: SteadyLoad) => Promise<Steady>; readonly close: () => Promise<void> };

/** Opens its connections, so that none is opened while the clock runs. */
export async function openWriter(bench: Bench, queue: WatchedQueue): Promise<Writer> {
  const pool = createPool({ url: bench.database.userUrl, size: connections, name: 'bench-writer' });
  const bellPool = createPool({ url: bench.database.systemUrl, size: 1, name: 'bench-bell' });
  const bell = createBell(bellPool, 'outbox_events');
  await Promise.all(Array.from({ length: connections }, () => pool.query('select pg_sleep(0.05)')));
  await bellPool.query('select 1');

  const run = async (load: SteadyLoad): Promise<Steady> => {
    const { arrivals } = queue;
    arrivals.begin();
    const committedAt = new Map<string, number>();
    const others = new Set<string>();
    const writes: Promise<void>[] = [];
    let refused = 0;
    const warmUp = load.perSecond * warmUpSeconds;
    const startedAt = performance.now();
    for (let n = 0; n < warmUp + load.perSecond * load.seconds; n += 1) {
      const due = startedAt + (n * 1_000) / load.perSecond;
      if (performance.now() < due) await tick(due - performance.now());
      const isSlow = load.slowEvery !== undefined && n % load.slowEvery === 0;
      const write = writeOne(pool, isSlow ? slowMs : 0).then(
        (id) => {
          committedAt.set(id, performance.now());
          if (load.rings) bell.ring();
          if (n >= warmUp && !isSlow) others.add(id);
        },
        () => {
          refused += 1;
        },
      );
      writes.push(write);
    }
    await Promise.all(writes);
    const lost = (): number => [...committedAt.keys()].filter((id) => arrivals.at(id) === undefined).length;
    const deadline = performance.now() + 5_000;
    while (lost() > 0 && performance.now() < deadline) await tick(20);
    const waits = [...others].flatMap((id) => {
      const at = arrivals.at(id);
      return at === undefined ? [] : [Math.max(0, at - (committedAt.get(id) ?? at))];
    });
    return { events: committedAt.size, lost: lost(), refused, again: arrivals.again(), waits };
  };
  return {
    run,
    close: async () => {
      await Promise.all([pool.end(), bellPool.end()]);
    },
  };
}

async function writeOne(pool: Pool, openMs: number): Promise<string> {
  const event = newEvent();
  await inTenant(pool, 'bench', async (tx) => {
    await appendEvents(tx, [event]);
    if (openMs > 0) await tick(openMs);
  });
  return event.eventId;
}
