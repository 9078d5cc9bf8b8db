// A row of the fault matrix: its sizes, how it is run, and what a run came to.
import type { Verdict } from '../support/invariants.ts';
import { violations } from '../support/invariants.ts';
import { type ChaosContext, openWorld, type World, type WorldOptions } from './world.ts';

/** How much of a row: a tenth in every test run, the whole before a merge, ten times that before a release. */
export type Size = 'short' | 'ci' | 'soak';

/** What a run came to. `problems` empty: it passed. */
export type RowReport = {
  readonly row: string;
  readonly size: Size;
  readonly seed: number;
  readonly faults: number;
  readonly events: number;
  readonly lost: number;
  readonly doubled: number;
  readonly inversions: number;
  readonly duplicates: number;
  readonly drainMs: number | null;
  readonly tookMs: number;
  /** Commands a second that the row asks for, and those that were reached; null when its load is not commands. */
  readonly load: { readonly asked: number; readonly reached: number } | null;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
  /** Why it was not run here, which is no pass; then nothing else says anything. */
  readonly notRun?: string;
};

/** What a row's own part finds out. `acked`: ids of events whose command was answered as done. */
export type RowOutcome = {
  readonly faults: number;
  readonly acked: readonly string[];
  readonly drainMs: number | null;
  readonly notes?: readonly string[];
  readonly problems?: readonly string[];
  readonly notRun?: string;
};

/** A row. `needsTemporal`: it wants a Temporal server beside the others. */
export type ChaosRow = {
  readonly name: string;
  readonly title: string;
  readonly needsTemporal: boolean;
  readonly sizes: readonly Size[];
  readonly run: (size: Size, context: ChaosContext) => Promise<RowReport>;
};

/** No row may take longer, whatever it waits for. */
const mostMs: Readonly<Record<Size, number>> = { short: 150_000, ci: 900_000, soak: 6 * 3_600_000 };

/** What a row is made of; `sizes` holds its figures. */
export type RowDefinition<Figures> = {
  readonly name: string;
  readonly title: string;
  readonly needsTemporal?: boolean;
  readonly sizes: { readonly short?: Figures; readonly ci: Figures; readonly soak: Figures };
  readonly world?: Omit<WorldOptions, 'name'>;
  /** Breaks things, heals them, waits until all is drained. Throws when it can't go on. */
  readonly run: (world: World, figures: Figures) => Promise<RowOutcome>;
};

/** Makes a row: opens its world, runs it, and judges the ledger however it went. */
export function defineRow<Figures>(definition: RowDefinition<Figures>): ChaosRow {
  const { name, title, sizes } = definition;
  return {
    name,
    title,
    needsTemporal: definition.needsTemporal ?? false,
    sizes: (Object.keys(sizes) as Size[]).filter((size) => sizes[size] !== undefined),
    run: async (size, context) => {
      const figures = sizes[size];
      if (figures === undefined) throw new Error(`${name} has no size ${size}.`);
      const startedAt = performance.now();
      const isAdaptive = size !== 'short';
      const options = { name: `chaos-${name.toLowerCase()}`, isAdaptive, ...definition.world };
      const world = await openWorld(context, options);
      try {
        const outcome = await within(mostMs[size], definition.run(world, figures)).catch(
          (error: unknown): RowOutcome => ({
            faults: 0,
            acked: [],
            drainMs: null,
            problems: [error instanceof Error ? error.message : String(error)],
          }),
        );
        const verdicts = outcome.notRun === undefined ? await world.verdicts(outcome.acked) : [];
        const wire = await world.wire();
        // What is told by a stop: exit codes of processes that should end well.
        await world.processes.stop();
        const exits = world.processes.exits();
        return {
          row: name,
          size,
          seed: context.seed,
          faults: outcome.faults,
          events: await world.committed(),
          lost: figureOf(verdicts, 'I1'),
          doubled: figureOf(verdicts, 'I3'),
          inversions: figureOf(verdicts, 'I4'),
          duplicates: wire.again,
          drainMs: outcome.drainMs,
          tookMs: Math.round(performance.now() - startedAt),
          load: world.loaded(),
          notes: outcome.notes ?? [],
          problems: [
            ...(outcome.problems ?? []),
            ...violations(verdicts).map(
              ({ invariant, what, figure, examples }) =>
                `${invariant} ${figure} × ${what}: ${examples.slice(0, 3).join('; ')}`,
            ),
            ...(figureOf(verdicts, 'I11') === 0 ? exits.map(({ process, how }) => `I11 ${process}: ${how}`) : []),
          ],
          ...(outcome.notRun !== undefined && { notRun: outcome.notRun }),
        };
      } finally {
        await world.close();
      }
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The row did not end within ${ms / 1_000} s.`)), ms);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

function figureOf(verdicts: readonly Verdict[], invariant: string): number {
  return verdicts.find((verdict) => verdict.invariant === invariant)?.figure ?? 0;
}

/** A problem when the time is above its limit; for lists of problems. */
export function tooLong(what: string, tookMs: number, limitMs: number): string[] {
  return tookMs > limitMs ? [`${what} took ${Math.round(tookMs)} ms, at most ${limitMs} are allowed`] : [];
}
