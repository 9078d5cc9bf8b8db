// The two kinds of load: so many in flight, where each waits for the one before; and a steady rate, which waits for nobody.
import { setTimeout as delay } from 'node:timers/promises';

/** Runs `work` `times` times, `inFlight` at once; it is told its number from 0. Gives how many a second. */
export async function closedLoop(
  { times, inFlight }: { readonly times: number; readonly inFlight: number },
  work: (number: number) => Promise<unknown>,
): Promise<number> {
  let begun = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (begun < times) {
        begun += 1;
        await work(begun - 1);
      }
    }),
  );
  return (times * 1_000) / (performance.now() - started);
}

/** What came of a steady rate: ms from when each was due to its end, and how many failed. */
export type Steady<T> = { readonly ms: readonly number[]; readonly results: readonly T[]; readonly failed: number };

/** Begins `work` at a steady rate, however long the earlier ones take. Counted from when each was due: a late start is waiting too. */
export async function openLoop<T>(
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  work: () => Promise<T>,
): Promise<Steady<T>> {
  const startAt = performance.now() + 100;
  const runs = Array.from({ length: Math.round(perSecond * seconds) }, async (_, number) => {
    const dueAt = startAt + (number * 1_000) / perSecond;
    await delay(Math.max(0, dueAt - performance.now()));
    const result = await work();
    return { ms: performance.now() - dueAt, result };
  });
  const ended = await Promise.allSettled(runs);
  const good = ended.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []));
  return {
    ms: good.map(({ ms }) => ms),
    results: good.map(({ result }) => result),
    failed: ended.length - good.length,
  };
}
