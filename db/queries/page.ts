// Cursor paging: a page is asked for by the last row's sort values, never by an offset. A cursor is opaque to callers.
import { DomainError } from '../../domain/kernel/errors.ts';

/** One page; `nextCursor` null: there is no more. */
export type Page<Row> = { readonly data: readonly Row[]; readonly nextCursor: string | null };

/** What a list is asked with. */
export type PageRequest = { readonly limit: number; readonly cursor: string | undefined };

/** What a sort value of a cursor can be; `digits` is a number too long for one. */
export type CursorKind = 'uuid' | 'number' | 'number?' | 'time' | 'digits';

/** A sort value of a cursor. */
export type CursorValue = string | number | null;

const refusal = (): DomainError =>
  new DomainError('validation_failed', 'The cursor is not one of ours.', {
    issues: [{ path: 'query.cursor', message: 'pass nextCursor of the page before as it is, or leave it out' }],
  });

/** Makes a cursor of sort values. */
export function encodeCursor(values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Reads a cursor whose values have the given kinds. Throws DomainError validation_failed for anything else. */
export function decodeCursor(cursor: string, kinds: readonly CursorKind[]): CursorValue[] {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw refusal();
  }
  if (!Array.isArray(values) || values.length !== kinds.length) throw refusal();
  const fits = kinds.every((kind, index) => isOfKind(values[index], kind));
  if (!fits) throw refusal();
  return values as CursorValue[];
}

function isOfKind(value: unknown, kind: CursorKind): boolean {
  if (kind === 'number?' && value === null) return true;
  if (kind === 'number' || kind === 'number?') return Number.isSafeInteger(value);
  if (typeof value !== 'string') return false;
  if (kind === 'uuid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
  if (kind === 'digits') return /^[0-9]{1,19}$/.test(value);
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/.test(value) && !Number.isNaN(Date.parse(value));
}

/** Cuts the one row that was asked for beyond the limit, and makes the cursor of the last one left. */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  sortValues: (row: Row) => readonly CursorValue[],
): Page<Row> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(sortValues(last)) : null };
}
