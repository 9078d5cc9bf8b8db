// Maps an aggregate's state to its table's row and back: names by camelCase ↔ snake_case, personal columns sealed, blind indexes beside them.
import { isErased } from '../platform/crypto/sealed.ts';
import type { TenantKeys } from './tenant-keys.ts';

/** How one key of the state lies in its column. `time`: ISO text ↔ timestamptz; `sealed`: any JSON value, by the subject's key. */
export type ColumnKind = 'plain' | 'json' | 'time' | 'sealed';

/** One aggregate's table. `blind` computes index columns from the state (null: none), `subject` says whose data key seals. */
export type StateStore<State> = {
  readonly table: string;
  readonly columns: { readonly [Key in keyof State & string]: ColumnKind };
  readonly subject: (state: State) => string;
  /** What stands in for a sealed value whose key was destroyed. */
  readonly erased: Partial<State>;
  readonly blind?: (
    state: State,
  ) => Readonly<Record<string, { readonly field: string; readonly value: string } | null>>;
};

/** Types a store. */
export function defineStore<State>(store: StateStore<State>): StateStore<State> {
  return store;
}

/** A row as PostgreSQL gives it. */
export type Row = Record<string, unknown>;

const snakeNames = new Map<string, string>();

/** `lastMessageAt` → `last_message_at`. */
export function columnName(key: string): string {
  let name = snakeNames.get(key);
  if (name === undefined) {
    name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakeNames.set(key, name);
  }
  return name;
}

/** The place a sealed column is bound to, so that ciphertexts can't be moved. */
const place = (tenantId: string, aggregateId: string, table: string, column: string): string =>
  `${tenantId}|${aggregateId}|${table}|${column}`;

const selectLists = new WeakMap<object, string>();

/** The columns to read for `fromRow`, with the sequence. Named one by one: a column that a later release adds must not change the result of a prepared statement. */
export function selectList<State>(store: StateStore<State>): string {
  let list = selectLists.get(store);
  if (list === undefined) {
    list = [...new Set([...Object.keys(store.columns).map(columnName), 'sequence'])].join(', ');
    selectLists.set(store, list);
  }
  return list;
}

/** State → columns and values, sealed. Null stays null, so that "not set" can be queried. */
export async function toRow<State extends { readonly id: string }>(
  store: StateStore<State>,
  state: State,
  keys: TenantKeys,
): Promise<Row> {
  const row: Row = {};
  const kinds = Object.entries(store.columns) as [keyof State & string, ColumnKind][];
  const subjectId = store.subject(state);
  for (const [key, kind] of kinds) {
    const value = state[key] as unknown;
    if (kind === 'json') row[columnName(key)] = JSON.stringify(value);
    else if (kind !== 'sealed' || value === null || value === undefined) row[columnName(key)] = value ?? null;
    else row[columnName(key)] = await keys.seal(subjectId, place(keys.tenantId, state.id, store.table, key), value);
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
  const state: Record<string, unknown> = {};
  const sealed: { key: string; text: string }[] = [];
  for (const [key, kind] of Object.entries(store.columns) as [string, ColumnKind][]) {
    const value = row[columnName(key)];
    if (kind === 'time') state[key] = value instanceof Date ? value.toISOString() : (value ?? null);
    else if (kind === 'sealed' && typeof value === 'string') sealed.push({ key, text: value });
    else state[key] = value ?? null;
  }
  for (const { key, text } of sealed) {
    const opened = await keys.open(text, place(keys.tenantId, String(row['id']), store.table, key));
    state[key] = isErased(opened) ? ((store.erased as Record<string, unknown>)[key] ?? null) : opened;
  }
  return state as State;
}
