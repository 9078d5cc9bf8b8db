// Moments and durations as ISO 8601 text. Compared as moments, never as text: `12:00:00Z` and `12:00:00.000Z` are the same.

/** Tells whether `one` is after `other`. */
export function isAfter(one: string, other: string): boolean {
  return Date.parse(one) > Date.parse(other);
}

/** Tells whether both are the same moment; two nulls are none. */
export function isSameMoment(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && Date.parse(one) === Date.parse(other);
}

/** The later of the two; `other` when there is no `one`. */
export function later(one: string | null, other: string): string {
  return one !== null && isAfter(one, other) ? one : other;
}

/** The earlier of the two; `other` when there is no `one`. */
export function earlier(one: string | null, other: string): string {
  return one !== null && isAfter(other, one) ? one : other;
}

/** The moment `milliseconds` after `moment`. */
export function addMilliseconds(moment: string, milliseconds: number): string {
  return new Date(Date.parse(moment) + milliseconds).toISOString();
}

/** The whole seconds from `from` to `to` as an ISO 8601 duration (`PT1H2M3S`); `PT0S` when `to` is not later. */
export function durationBetween(from: string, to: string): string {
  const total = Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 1000));
  const parts = [
    [Math.floor(total / 3600), 'H'],
    [Math.floor(total / 60) % 60, 'M'],
    [total % 60, 'S'],
  ] as const;
  const text = parts.flatMap(([amount, unit]) => (amount > 0 ? [`${amount}${unit}`] : [])).join('');
  return `PT${text || '0S'}`;
}
