// Reads aggregates' rows for people: personal columns opened, erased ones null and said so, deleted ones left out by the caller's condition.
import { and, eq, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { subjectOf } from '../../platform/crypto/sealed.ts';
import { columnName, fromRow, type Row, type StateStore, type StateTable, selection } from '../state-store.ts';
import type { KeysOf } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';
import { ofTenant } from './conditions.ts';
import { type ListOrder, newestFirst } from './list-order.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';

/** A state with its sequence. `erased`: personal fields were destroyed and are null. */
export type View<State> = { readonly [Key in keyof State]: State[Key] | null } & {
  readonly sequence: number;
  readonly erased: boolean;
};

/** A state that was read otherwise, as people see it: what was erased of it is null. */
export function viewOf<State>(
  { columns }: StateStore<State>,
  { state, sequence, erased }: { readonly state: State; readonly sequence: number; readonly erased: boolean },
): View<State> {
  const values = (Object.keys(columns) as (keyof State & string)[]).map((key) => {
    const isGone = erased && columns[key] === 'sealed';
    return [key, isGone ? null : state[key]] as const;
  });
  return { ...(Object.fromEntries(values) as View<State>), sequence, erased };
}

/** Opens rows of one table; the subjects' keys are fetched with one query. */
export async function openRows<State extends { readonly id: string }>(
  tx: Tx,
  keysOf: KeysOf,
  store: StateStore<State>,
  rows: readonly Row[],
): Promise<View<State>[]> {
  const keys = keysOf(tx);
  const sealed = (Object.keys(store.columns) as (keyof State & string)[]).filter(
    (key) => store.columns[key] === 'sealed',
  );
  const texts = rows.flatMap((row) =>
    sealed.flatMap((key) => {
      const text = row[columnName(store, key)];
      return typeof text === 'string' ? [text] : [];
    }),
  );
  if (texts.length > 0) await keys.preload([...new Set(texts.map(subjectOf))]);
  const views: View<State>[] = [];
  for (const row of rows) {
    const state = await fromRow({ ...store, erased: {} }, row, keys);
    const erased = sealed.some((key) => typeof row[columnName(store, key)] === 'string' && state[key] === null);
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
  condition?: SQL,
): Promise<View<State> | undefined> {
  const table: StateTable<{ readonly id: string }> = store.table;
  const isIt = and(ofTenant(tx, table), eq(table.id, id), condition);
  const rows: Row[] = await tx.db.select(selection(store)).from<PgTable>(table).where(isIt);
  return (await openRows(tx, keysOf, store, rows))[0];
}

/** Lists rows of the transaction's tenant, page by page, the newest first if nothing else is said. */
export async function listPage<State extends { readonly id: string }>(
  tx: Tx,
  keysOf: KeysOf,
  store: StateStore<State>,
  condition: SQL | undefined,
  page: PageRequest,
  order: ListOrder = newestFirst(store.table),
): Promise<Page<View<State>>> {
  const table: StateTable<{ readonly id: string }> = store.table;
  const after = page.cursor === undefined ? undefined : order.after(decodeCursor(page.cursor, order.kinds));
  const rows: Row[] = await tx.db
    .select(selection(store))
    .from<PgTable>(table)
    .where(and(ofTenant(tx, table), condition, after))
    .orderBy(...order.by)
    .limit(page.limit + 1);
  const cut = toPage(rows, page.limit, order.sortValues);
  return { data: await openRows(tx, keysOf, store, cut.data), nextCursor: cut.nextCursor };
}
