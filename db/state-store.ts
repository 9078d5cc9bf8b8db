// Maps an aggregate's state to its table's row and back: names by the drizzle table, personal columns sealed, blind indexes beside them.
import { getTableName } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { isErased } from '../platform/crypto/sealed.ts';
import type { TenantKeys } from './tenant-keys.ts';

/** How one key of the state lies in its column. `time`: ISO text ↔ timestamptz; `sealed`: any JSON value, by the subject's key. */
export type ColumnKind = 'plain' | 'json' | 'time' | 'sealed';

/** A drizzle table with a column for every key of the state. */
export type StateTable<State> = PgTable & {
  readonly [Key in (keyof State & string) | 'id' | 'tenantId' | 'sequence']: PgColumn;
};

/** One aggregate's table. `blind` computes index columns from the state (null: none), `subject` says whose data key seals. */
export type StateStore<State> = {
  readonly table: StateTable<State>;
  readonly columns: { readonly [Key in keyof State & string]: ColumnKind };
  readonly subject: (state: State) => string;
  /** What stands in for a sealed value whose key was destroyed. */
  readonly erased: Partial<State>;
  readonly blind?: (
    state: State,
  ) => Readonly<Record<string, { readonly field: string; readonly value: string } | null>>;
  /** The rules that unique indexes guard, by the index's name. */
  readonly unique?: Readonly<Record<string, { readonly rule: string; readonly message: string }>>;
};

/** Types a store. */
export function defineStore<State>(store: StateStore<State>): StateStore<State> {
  return store;
}

/** A row as PostgreSQL gives it. */
export type Row = Record<string, unknown>;

/** The place a sealed column is bound to, so that ciphertexts can't be moved. */
const place = (tenantId: string, aggregateId: string, table: string, column: string): string =>
  `${tenantId}|${aggregateId}|${table}|${column}`;

/** The name of the column in which a key of the state lies. */
export const columnName = <State>({ table }: StateStore<State>, key: keyof State & string): string => table[key].name;

/**
 * Whether the table numbers its events apart, in `event_sequence`: so do aggregates some of whose changes no event tells (`settle`). There
 * `sequence` counts all changes, and the events' numbers stay without a gap.
 */
export const numbersEventsApart = <State>({ table }: StateStore<State>): boolean => 'eventSequence' in table;

/** The columns to read for `fromRow`, by name, with the sequence. Named one by one: a column that a later release adds must not change the result of a prepared statement. */
export function selection<State>({ table, columns }: StateStore<State>): Record<string, PgColumn> {
  const counters = 'eventSequence' in table ? ['sequence', 'eventSequence'] : ['sequence'];
  const keys = [...Object.keys(columns), ...counters] as (keyof State & string)[];
  return Object.fromEntries(keys.map((key) => [table[key].name, table[key]]));
}

/** State → columns and values, sealed. Null stays null, so that "not set" can be queried. */
export async function toRow<State extends { readonly id: string }>(
  store: StateStore<State>,
  state: State,
  keys: TenantKeys,
): Promise<Row> {
  const row: Row = {};
  const table = getTableName(store.table);
  const kinds = Object.entries(store.columns) as [keyof State & string, ColumnKind][];
  const subjectId = store.subject(state);
  for (const [key, kind] of kinds) {
    const value = state[key] as unknown;
    if (kind === 'json') row[columnName(store, key)] = JSON.stringify(value);
    else if (kind !== 'sealed' || value === null || value === undefined) row[columnName(store, key)] = value ?? null;
    else row[columnName(store, key)] = await keys.seal(subjectId, place(keys.tenantId, state.id, table, key), value);
  }
  for (const [column, index] of Object.entries(store.blind?.(state) ?? {})) {
    row[column] = index === null ? null : await keys.blindIndex(index.field, index.value);
  }
  return row;
}

/** Columns → state, opened. A value whose key is gone becomes what the store says stands for it. */
export async function fromRow<State extends { readonly id: string }>(
  store: StateStore<State>,
  row: Row,
  keys: TenantKeys,
): Promise<State> {
  return (await openRow(store, row, keys)).state;
}

/** The same; `erased`: a key was gone. A row that was JSON has its times as text. */
export async function openRow<State extends { readonly id: string }>(
  store: StateStore<State>,
  row: Row,
  keys: TenantKeys,
): Promise<{ readonly state: State; readonly erased: boolean }> {
  const state: Record<string, unknown> = {};
  const sealed: { key: string; text: string }[] = [];
  for (const [key, kind] of Object.entries(store.columns) as [keyof State & string, ColumnKind][]) {
    const value = row[columnName(store, key)];
    if (kind === 'time') state[key] = timeText(value);
    else if (kind === 'sealed' && typeof value === 'string') sealed.push({ key, text: value });
    else state[key] = value ?? null;
  }
  const table = getTableName(store.table);
  let erased = false;
  for (const { key, text } of sealed) {
    const opened = await keys.open(text, place(keys.tenantId, String(row['id']), table, key));
    if (isErased(opened)) erased = true;
    state[key] = isErased(opened) ? ((store.erased as Record<string, unknown>)[key] ?? null) : opened;
  }
  return { state: state as State, erased };
}

/** A moment in the form in which states have it. */
const timeText = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? new Date(value).toISOString() : (value ?? null);
};

/** The row's columns of a state as JSON, from which `openRow` gives it back: what is sealed as it stands in the row. */
export function rowJson<State>(store: StateStore<State>, state: State, row: Row): string {
  const kinds = Object.entries(store.columns) as [keyof State & string, ColumnKind][];
  const columns = kinds.map(([key, kind]) => {
    const column = columnName(store, key);
    return [column, kind === 'sealed' ? row[column] : (state[key] ?? null)];
  });
  return JSON.stringify(Object.fromEntries(columns));
}

/** A state as its row would give it back: times in one form; personal fields replaced by what stands for them when they were erased. */
export function asInRow<State>(store: StateStore<State>, state: State, erased: boolean): State {
  const kinds = Object.entries(store.columns) as [keyof State & string, ColumnKind][];
  const values = kinds.map(([key, kind]) => {
    if (kind === 'sealed' && erased) return [key, (store.erased as Record<string, unknown>)[key] ?? null];
    return [key, kind === 'time' ? timeText(state[key]) : (state[key] ?? null)];
  });
  return Object.fromEntries(values) as State;
}
