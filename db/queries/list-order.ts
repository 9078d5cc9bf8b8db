// The orders in which aggregates are listed: what to sort by, what a cursor holds, and which rows come after it.
import { and, asc, desc, eq, gt, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Row } from '../state-store.ts';
import type { CursorKind, CursorValue } from './page.ts';

/** One order. `sortValues` gives a row's values for the cursor, `after` the condition for the rows behind them. */
export type ListOrder = {
  readonly by: readonly SQL[];
  readonly kinds: readonly CursorKind[];
  readonly sortValues: (row: Row) => readonly CursorValue[];
  readonly after: (values: readonly CursorValue[]) => SQL | undefined;
};

/** The newest first: ids are made of the time. */
export function newestFirst({ id }: { readonly id: PgColumn }): ListOrder {
  return {
    by: [desc(id)],
    kinds: ['uuid'],
    sortValues: (row) => [String(row['id'])],
    after: ([last = null]) => lt(id, last),
  };
}

/** By the order of arrival, ids as tie-breaker. Rows without an arrival number count as the latest. */
export function byArrival(
  { id, arrival }: { readonly id: PgColumn; readonly arrival: PgColumn },
  direction: 'asc' | 'desc',
): ListOrder {
  const beyond = direction === 'asc' ? gt : lt;
  return {
    by: direction === 'asc' ? [sql`${arrival} asc nulls last`, asc(id)] : [sql`${arrival} desc nulls first`, desc(id)],
    kinds: ['number?', 'uuid'],
    sortValues: (row) => [typeof row['arrival'] === 'number' ? row['arrival'] : null, String(row['id'])],
    after: ([last = null, lastId = null]) => {
      if (last === null)
        return direction === 'asc' ? and(isNull(arrival), gt(id, lastId)) : or(isNotNull(arrival), lt(id, lastId));
      const tied = and(eq(arrival, last), beyond(id, lastId));
      return or(beyond(arrival, last), direction === 'asc' ? isNull(arrival) : undefined, tied);
    },
  };
}
