// A filter as SQL: the conditions that were given, joined by `and`, with their parameters.

/** Each condition holds one `?`, which becomes its parameter; one whose value is undefined is left out. `always` needs none. */
export function conditions(
  always: string,
  given: readonly (readonly [condition: string, value: unknown])[],
): { where: string; values: unknown[] } {
  const asked = given.filter(([, value]) => value !== undefined);
  const parts = asked.map(([condition], index) => condition.replace('?', `$${index + 1}`));
  return { where: [always, ...parts].join(' and '), values: asked.map(([, value]) => value) };
}

/** One value or several, as the parameter of `= any(?)`. */
export function anyOf(given: string | readonly string[] | undefined): readonly string[] | undefined {
  return given === undefined ? undefined : [given].flat();
}
