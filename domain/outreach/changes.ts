// A draft with changes: what was left out stays, and what is as it was is no change.

/** The state with the given values in it; the very same state when none of them differs. */
export function withChanges<State extends object>(
  state: State,
  changes: { readonly [Key in keyof State]?: State[Key] | undefined },
): State {
  const given = Object.entries(changes).filter(
    ([key, value]) => value !== undefined && !isSame(value, state[key as keyof State]),
  );
  return given.length === 0 ? state : { ...state, ...Object.fromEntries(given) };
}

/** Whether two JSON values are the same, whatever the order of their keys: the database has an order of its own. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const entries = Object.entries(one).filter(([, value]) => value !== undefined);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    entries.length === Object.keys(other).length &&
    entries.every(([key, value]) => isSame(value, (other as Readonly<Record<string, unknown>>)[key]))
  );
}
