// Which patterns of a subscription an event's webhook name fits: exact, `prefix.*` at each dot, `*`. Compared in SQL, so that only fitting rows are read.

/** Every pattern that a name fits: `billing.invoice.paid` fits `*`, `billing.*`, `billing.invoice.*` and itself. */
export function patternsOf(name: string): string[] {
  const parts = name.split('.');
  const prefixes = parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('.')}.*`);
  return ['*', ...prefixes, name];
}

/** The patterns that no known name fits, each with the nearest that would be. */
export function unknownPatterns(
  patterns: readonly string[],
  names: readonly string[],
): { readonly pattern: string; readonly nearest: string | undefined }[] {
  const known = new Set(names.flatMap(patternsOf));
  return patterns
    .filter((pattern) => !known.has(pattern))
    .map((pattern) => ({ pattern, nearest: nearestOf(pattern, [...known]) }));
}

/** The candidate that takes the fewest changed letters to get to; undefined when there is none. */
export function nearestOf(text: string, candidates: readonly string[]): string | undefined {
  const distances = candidates.map((candidate) => ({ candidate, distance: distanceOf(text, candidate) }));
  return distances.sort((one, other) => one.distance - other.distance)[0]?.candidate;
}

/** How many letters must be added, taken away or changed. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [place, wanted] of [...other].entries()) {
      const changed = (row[place] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(changed, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
