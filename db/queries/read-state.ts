// Reads aggregates' rows for people: personal columns opened, erased ones null and said so, deleted ones left out by the caller's condition.
import { subjectOf } from '../../platform/crypto/sealed.ts';
import { columnName, fromRow, type Row, type StateStore, selectList } from '../state-store.ts';
import type { KeysOf } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';
import { type CursorValue, decodeCursor, type Page, type PageRequest, toPage } from './page.ts';

/** A state with its sequence. `erased`: personal fields were destroyed and are null. */
export type View<State> = { readonly [Key in keyof State]: State[Key] | null } & {
  readonly sequence: number;
  readonly erased: boolean;
};

/** A condition: SQL with `?` for each value. */
export type Condition = { readonly sql: string; readonly values: readonly unknown[] };

/** Shorthand for a condition. */
export const where = (sql: string, ...values: readonly unknown[]): Condition => ({ sql, values });

/** Conditions that columns equal values; what was left out is no condition. Column names come from code only. */
export function equal(columns: Readonly<Record<string, unknown>>): Condition[] {
  return Object.entries(columns).flatMap(([column, value]) =>
    value === undefined ? [] : [where(`${column} = ?`, value)],
  );
}

/** How a list is ordered: newest first by id, or by the order of arrival with ids as tie-breaker. */
export type Order = 'newest' | 'arrival' | 'arrival_desc';

/** Opens rows of one table; the subjects' keys are fetched with one query. */
export async function openRows<State extends { readonly id: string }>(
  tx: Tx,
  keysOf: KeysOf,
  store: StateStore<State>,
  rows: readonly Row[],
): Promise<View<State>[]> {
  const keys = keysOf(tx);
  const sealed = Object.entries(store.columns).flatMap(([key, kind]) => (kind === 'sealed' ? [key] : []));
  const texts = rows.flatMap((row) =>
    sealed.flatMap((key) => {
      const text = row[columnName(key)];
      return typeof text === 'string' ? [text] : [];
    }),
  );
  if (texts.length > 0) await keys.preload([...new Set(texts.map(subjectOf))]);
  const views: View<State>[] = [];
  for (const row of rows) {
    const state = (await fromRow({ ...store, erased: {} }, row, keys)) as Record<string, unknown>;
    const erased = sealed.some((key) => typeof row[columnName(key)] === 'string' && state[key] === null);
    views.push({ ...state, sequence: Number(row['sequence']), erased } as View<State>);
  }
  return views;
}

/** Reads one row of the transaction's tenant; undefined when there is none that fits. */
export async function readOne<State extends { readonly id: string }>(
  tx: Tx,
  keysOf: KeysOf,
  store: StateStore<State>,
  id: string,
  condition?: Condition,
): Promise<View<State> | undefined> {
  const { sql, values } = bind([where('tenant_id = ? and id = ?', tx.tenantId, id), ...(condition ? [condition] : [])]);
  const { rows } = await tx.query<Row>(`select ${selectList(store)} from ${store.table} where ${sql}`, values);
  return (await openRows(tx, keysOf, store, rows))[0];
}

/** Lists rows of the transaction's tenant, page by page. */
export async function listPage<State extends { readonly id: string }>(
  tx: Tx,
  keysOf: KeysOf,
  store: StateStore<State>,
  conditions: readonly Condition[],
  page: PageRequest,
  order: Order = 'newest',
): Promise<Page<View<State>>> {
  const after = page.cursor === undefined ? [] : [afterCursor(page.cursor, order)];
  const { sql, values } = bind([where('tenant_id = ?', tx.tenantId), ...conditions, ...after]);
  const { rows } = await tx.query<Row>(
    `select ${selectList(store)} from ${store.table} where ${sql} order by ${orderSql[order]} limit ${page.limit + 1}`,
    values,
  );
  const cut = toPage(rows, page.limit, (row) => sortValues(row, order));
  return { data: await openRows(tx, keysOf, store, cut.data), nextCursor: cut.nextCursor };
}

const orderSql: Readonly<Record<Order, string>> = {
  newest: 'id desc',
  arrival: 'arrival asc nulls last, id asc',
  arrival_desc: 'arrival desc nulls first, id desc',
};

function sortValues(row: Row, order: Order): CursorValue[] {
  const arrival = row['arrival'];
  if (order === 'newest') return [String(row['id'])];
  return [typeof arrival === 'number' ? arrival : null, String(row['id'])];
}

function afterCursor(cursor: string, order: Order): Condition {
  if (order === 'newest') return where('id < ?', decodeCursor(cursor, ['uuid'])[0]);
  const [arrival = null, id = null] = decodeCursor(cursor, ['number?', 'uuid']);
  // Rows without an arrival number stand at the end.
  if (order === 'arrival')
    return arrival === null
      ? where('arrival is null and id > ?', id)
      : where('(arrival > ? or arrival is null or (arrival = ? and id > ?))', arrival, arrival, id);
  return arrival === null
    ? where('(arrival is not null or id < ?)', id)
    : where('(arrival < ? or (arrival = ? and id < ?))', arrival, arrival, id);
}

/** Joins conditions with AND and numbers their values. */
export function bind(conditions: readonly Condition[]): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts = conditions.map((condition) => {
    let index = 0;
    return condition.sql.replaceAll('?', () => {
      values.push(condition.values[index]);
      index += 1;
      return `$${values.length}`;
    });
  });
  return { sql: parts.join(' and '), values };
}
