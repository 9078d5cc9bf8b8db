// Measurements by name, their medians and percentiles.

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
