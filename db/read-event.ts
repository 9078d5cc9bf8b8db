// A stored or delivered event as its readers want it: in the current version, or in the older one they are pinned to. Sealed values stay sealed.
import { eventRow } from '../domain/catalog.ts';
import { mapPii } from '../domain/kernel/pii.ts';
import { schemaOf, toCurrent, toOlder, type Versioned } from '../domain/kernel/versions.ts';
import { isSealed, withPath } from '../platform/crypto/sealed.ts';

/** What reading needs of an event. */
export type VersionedEvent = { readonly type: string; readonly version: number; readonly data: unknown };

/**
 * The event in the current version of its data, or in `pinned`; the very same when it is in it already, or when the catalogue has no such type.
 * Throws DomainError unavailable for a version this process does not know yet, rule_violated for one it can't be told in.
 */
export function readEvent<Event extends VersionedEvent>(event: Event, pinned?: number): Event {
  const row = eventRow(event.type);
  const wanted = pinned ?? row?.version;
  if (!row || wanted === undefined || event.version === wanted) return event;
  const current = toCurrent(row, event.version, movable(row, event.version, event.data));
  const data = wanted === row.version ? current : toOlder(row, wanted, movable(row, row.version, current));
  return { ...event, version: wanted, data };
}

/** Data whose sealed values say where they were sealed: a version that moves them can still be opened. */
function movable(row: Versioned, version: number, data: unknown): unknown {
  const schema = schemaOf(row, version);
  return schema ? mapPii(schema, data, (value, path) => (isSealed(value) ? withPath(value, path) : value)) : data;
}
