// Percentiles and the lines that show them.

/** The value below which `share` (0–1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle one. */
export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** `| what | p50 | p99 |` of samples in ms. */
export function row(what: string, samples: readonly number[]): string {
  return `| ${what} | ${percentile(samples, 0.5).toFixed(1)} | ${percentile(samples, 0.99).toFixed(1)} |`;
}
