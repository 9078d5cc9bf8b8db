// What a part of the benchmark answers: tables, charts, and its targets with what was got.

/** A table as it is printed. */
export type Table = {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly note?: string;
};

/** One wanted figure. `met`: null when it was not measured. */
export type Target = {
  readonly what: string;
  readonly wanted: string;
  readonly got: number | null;
  readonly met: boolean | null;
};

/** A bar chart: for each row one bar a series. */
export type Chart = {
  readonly name: string;
  readonly title: string;
  readonly series: readonly string[];
  readonly rows: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
};

/** A part's answer. `samples`: every single measurement, for those who want to look closer. */
export type PartResult = {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  readonly charts: readonly Chart[];
  readonly samples: Readonly<Record<string, readonly number[]>>;
};

/** A target from below. */
export const atLeast = (what: string, wanted: number, got: number | undefined): Target =>
  target(what, `at least ${wanted.toLocaleString('en')}`, got, (value) => value >= wanted);

/** A target from above. */
export const atMost = (what: string, wanted: number, got: number | undefined): Target =>
  target(what, `at most ${wanted.toLocaleString('en')}`, got, (value) => value <= wanted);

function target(what: string, wanted: string, got: number | undefined, isMet: (got: number) => boolean): Target {
  if (got === undefined || !Number.isFinite(got)) return { what, wanted, got: null, met: null };
  const rounded = rounding(got);
  return { what, wanted, got: rounded, met: isMet(rounded) };
}

/** Three digits that count. */
export function rounding(value: number): number {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits));
}

/** Collects measurements by name and gives their medians. */
export type Samples = {
  readonly add: (name: string, value: number | undefined) => void;
  readonly median: (name: string) => number | undefined;
  readonly sum: (name: string) => number;
  readonly all: () => Readonly<Record<string, readonly number[]>>;
};

/** Starts empty. */
export function createSamples(): Samples {
  const samples = new Map<string, number[]>();
  return {
    add: (name, value) => {
      if (value !== undefined) samples.set(name, [...(samples.get(name) ?? []), rounding(value)]);
    },
    median: (name) => quantile(samples.get(name) ?? [], 0.5),
    sum: (name) => (samples.get(name) ?? []).reduce((sum, value) => sum + value, 0),
    all: () => Object.fromEntries(samples),
  };
}

/** The value below which `share` of the samples lie; undefined of none. */
export function quantile(samples: readonly number[], share: number): number | undefined {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** One divided by the other; undefined when one of them was not measured. */
export function ratio(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined || other === 0 ? undefined : one / other;
}
