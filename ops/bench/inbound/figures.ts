// Percentiles and the lines that show them.
import { quantile } from '../report/samples.ts';

/** The value below which `share` (0–1) of the samples lie; NaN of none. */
export const percentile = (samples: readonly number[], share: number): number => quantile(samples, share) ?? Number.NaN;

/** The middle one. */
export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** `| what | p50 | p99 |` of samples in ms. */
export function row(what: string, samples: readonly number[]): string {
  return `| ${what} | ${percentile(samples, 0.5).toFixed(1)} | ${percentile(samples, 0.99).toFixed(1)} |`;
}
