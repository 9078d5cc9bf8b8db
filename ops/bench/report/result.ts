// What a part of the benchmark answers: tables, charts, and its targets with what was got.
import { rounding } from './samples.ts';

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
