// Whether two values are the same as JSON: the order of an object's keys does not count, for a jsonb column does not keep it.

/** Compares values that JSON can hold; undefined counts as left out. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [ours, theirs] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...keys].every((key) => isSameJson(ours[key], theirs[key]));
}
