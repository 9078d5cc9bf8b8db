// One drain: a backlog is there, the contender starts, and the clock runs from the first arrival at the consumer to the last.
import { type Bench, settingsFor, type WatchedQueue } from './bench.ts';
import { paddingOf, type Shape } from './events.ts';
import type { Contender } from './lineup.ts';
import { tick } from './tick.ts';
import { backendUsage, usedBetween } from './usage.ts';

/** What came of it. `cpuMicros`: of PostgreSQL's backends and the contender, an event; undefined where the system does not tell. */
export type Drained = {
  readonly rate: number;
  readonly cpuMicros: number | undefined;
  readonly late: number;
  readonly again: number;
};

/** Drains `shape` with so many processes. Throws when an event is missing at the consumer, or not marked as done. */
export async function drainOnce(
  bench: Bench,
  contender: Contender,
  queue: WatchedQueue,
  shape: Shape,
  processes = 1,
): Promise<Drained> {
  await contender.fill(bench, shape);
  const { arrivals } = queue;
  arrivals.begin();
  const names = Array.from({ length: processes }, (_, index) => `${contender.kind}-${index + 1}`);
  const children = names.map((name) => bench.children.get(name));
  const cpuOfChildren = async (): Promise<number> =>
    (await Promise.all(children.map((child) => child.usage()))).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const before = { backends: await backendUsage(bench.admin), children: await cpuOfChildren() };
  const bare = { total: shape.total, padding: paddingOf(shape.payloadBytes) };
  try {
    await Promise.all(
      children.map((child, index) =>
        child.start(contender.kind, { ...settingsFor(bench, queue, names[index] ?? ''), bare }),
      ),
    );
    await arrivals.reach(1);
    const [startedAt, had] = [performance.now(), arrivals.count()];
    await arrivals.reach(shape.total);
    const rate = ((shape.total - had) * 1_000) / (performance.now() - startedAt);
    const deadline = performance.now() + 10_000;
    for (let left = await contender.left(bench); left > 0; left = await contender.left(bench)) {
      if (performance.now() > deadline) throw new Error(`${contender.name}: ${left} events were not marked as done`);
      await tick(50);
    }
    const backends = usedBetween(before.backends, await backendUsage(bench.admin));
    const seconds = backends === undefined ? undefined : backends + (await cpuOfChildren()) - before.children;
    return {
      rate,
      cpuMicros: seconds === undefined ? undefined : (seconds * 1e6) / shape.total,
      late: arrivals.late(),
      again: arrivals.again(),
    };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    await contender.clean?.(bench);
  }
}
