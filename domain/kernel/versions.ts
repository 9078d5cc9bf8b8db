// Versions of an event's data: every older one can be read as the current one, and the current one told in an older form where that can be done.
import type { z } from 'zod';
import { DomainError, violated } from './errors.ts';

/** Why data of a newer version can't be told in an older form. */
export type Impossible = { readonly impossible: string };

/**
 * A version that is written no more but has to be read for ever. Personal values may be sealed texts in here: `upcast` and `downcast`
 * move or drop them as a whole and never look into them.
 */
export type OlderVersion<Schema extends z.ZodType = z.ZodType> = {
  readonly data: Schema;
  readonly example: z.infer<Schema>;
  /** Turns data of this version into data of the next one. */
  readonly upcast: (data: z.infer<Schema>) => unknown;
  /** Turns data of the next version into data of this one, or says why it can't be. */
  readonly downcast: ((data: never) => z.infer<Schema>) | Impossible;
  /** `since`: nothing is written in it from this day on; `until`: the announced end of pinning to it, for people to plan by. ISO 8601 dates. */
  readonly deprecated: { readonly since: string; readonly until: string; readonly why: string };
};

/** Types an older version from its schema. */
export function older<Schema extends z.ZodType>(version: OlderVersion<Schema>): OlderVersion<Schema> {
  return version;
}

/** What is needed of an event's row: `older[0]` is version 1. */
export type Versioned = {
  readonly type: string;
  readonly version: number;
  readonly data: z.ZodType;
  readonly older?: readonly OlderVersion[] | undefined;
};

/** The schema of one version's data; undefined: there is no such version. */
export function schemaOf(row: Versioned, version: number): z.ZodType | undefined {
  return version === row.version ? row.data : row.older?.[version - 1]?.data;
}

/**
 * Data of any known version as that of the current one. Throws DomainError unavailable for a version this process does not know yet: it is
 * older than the one that wrote the event, and has to be brought up to date.
 */
export function toCurrent(row: Versioned, version: number, data: unknown): unknown {
  if (version === row.version) return data;
  const from = row.older?.slice(version - 1);
  if (version < 1 || !from || from.length !== row.version - version)
    throw new DomainError(
      'unavailable',
      `${row.type} v${version} is not known here, only up to v${row.version}: bring this process up to date.`,
    );
  return from.reduce((sofar, one) => one.upcast(sofar), data);
}

/** Current data in the form of an older version. Throws DomainError rule_violated (`no_downcast`) where it can't be told in it, `not_found` for no such version. */
export function toOlder(row: Versioned, version: number, data: unknown): unknown {
  if (version === row.version) return data;
  const steps = row.older?.slice(version - 1) ?? [];
  if (version < 1 || version > row.version)
    throw new DomainError('not_found', `${row.type} has no version ${version}.`);
  return steps.reduceRight((sofar: unknown, { downcast }, index) => {
    if (typeof downcast === 'function') return downcast(sofar as never);
    throw violated('no_downcast', `${row.type} can't be told as v${version + index}: ${downcast.impossible}`);
  }, data);
}

/** Tells whether current data can be told in the form of a version; a text says why not. */
export function refusalOf(row: Versioned, version: number): string | undefined {
  if (schemaOf(row, version) === undefined) return `it has no version ${version}`;
  for (const { downcast } of row.older?.slice(version - 1) ?? [])
    if (typeof downcast !== 'function') return downcast.impossible;
  return undefined;
}

/** How an event is said to be of a version that is written no more: the attributes of CloudEvents' extension "Deprecation". */
export type Deprecation = {
  readonly deprecated: true;
  readonly deprecationfrom: string;
  readonly deprecationsunset: string;
};

/** The attributes of data of an older version; undefined for the current one, and for one that is not known. */
export function deprecationOf(row: Versioned, version: number): Deprecation | undefined {
  const { since, until } = row.older?.[version - 1]?.deprecated ?? {};
  if (since === undefined || until === undefined) return undefined;
  const momentOf = (day: string): string => `${day}T00:00:00Z`;
  return { deprecated: true, deprecationfrom: momentOf(since), deprecationsunset: momentOf(until) };
}
