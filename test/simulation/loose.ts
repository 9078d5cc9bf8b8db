// Loose JSON, and lists of it as naive models compare them.

/** Loose JSON. */
export type Data = Readonly<Record<string, unknown>>;

/** A value taken for a list. */
export const list = (value: unknown): readonly Data[] => value as readonly Data[];
/** Values in an order of their own, as text. */
export const sorted = (values: Iterable<unknown>): string[] => [...values].map((value) => JSON.stringify(value)).sort();
