// Builds objects without undefined members, so that optional members are absent instead of undefined. Pure.

type Dropped<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** A copy of `value` without the members that are undefined. */
export function dropUndefined<T extends object>(value: T): Dropped<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Dropped<T>;
}
