// Times as text: a Date would lose the microseconds that cursors need.
import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** A time in UTC as ISO 8601 with milliseconds. */
export const isoMillis = <Text extends string | null>(column: PgColumn): SQL<Text> =>
  sql<Text>`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** A time in UTC as ISO 8601 with microseconds: all that PostgreSQL keeps. */
export const isoMicros = <Text extends string | null>(column: PgColumn): SQL<Text> =>
  sql<Text>`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
