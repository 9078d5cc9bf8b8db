// A table whose rows are made of events and of nothing else: each of one event, or of all events of one aggregate. Its consumer writes it, a rebuild compares it.
import type { Envelope } from '../../domain/kernel/envelope.ts';
import type { Tx } from '../transaction.ts';

/** An event as projections take it: in its current version, personal fields still sealed. */
export type ProjectedEvent = Pick<
  Envelope<string, Readonly<Record<string, unknown>>>,
  'id' | 'type' | 'version' | 'time' | 'tenantId' | 'projectId' | 'aggregateType' | 'aggregateId' | 'sequence' | 'data'
>;

/** A row by the names of its columns, as JSON; moments are ISO 8601 text. */
export type Row = Readonly<Record<string, unknown>>;

/** One table of a projection. */
export type ReadModel = {
  readonly table: string;
  /** The column that is the id of the event or aggregate. */
  readonly key: string;
  /** The columns that events make, with their types. All others are the database's own. */
  readonly columns: Readonly<Record<string, string>>;
  /** The column that says since when there has been something to tell. */
  readonly since: string;
  /** The rows by key that these events make, each aggregate's in its sequence, from nothing. May look up what never changes. */
  readonly make: (events: readonly ProjectedEvent[], tx: Tx) => Promise<ReadonlyMap<string, Row>>;
};

/** The row after an event; `row` undefined: there is none yet. Undefined: there is still none. */
export type Evolve<R extends Row> = (row: R | undefined, event: ProjectedEvent) => R | undefined;

/** Folds events into rows by their aggregates; answers the rows that came out other than they were. */
export function fold<R extends Row>(
  evolve: Evolve<R>,
  events: readonly ProjectedEvent[],
  before: ReadonlyMap<string, R> = new Map(),
): Map<string, R> {
  const changed = new Map<string, R>();
  for (const event of events) {
    const { aggregateId } = event;
    const row = changed.get(aggregateId) ?? before.get(aggregateId);
    const next = evolve(row, event);
    if (next && next !== row) changed.set(aggregateId, next);
  }
  return changed;
}

const names = ({ columns }: ReadModel): string[] => Object.keys(columns);
/** The rows of the first parameter. */
const given = ({ columns }: ReadModel): string =>
  `jsonb_to_recordset($1::jsonb) as given (${Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')})`;
const asJson = (rows: ReadonlyMap<string, Row>): string => JSON.stringify([...rows.values()]);

/** The tenant's rows that meet a condition (`values` from $2 on), by key; locked until the end of the transaction, in one order. */
export async function lockRows<R extends Row>(
  tx: Tx,
  model: ReadModel,
  condition: string,
  ...values: readonly unknown[]
): Promise<Map<string, R>> {
  const { rows } = await tx.query<{ row: R }>(
    `select to_jsonb(live) as row from (
       select ${names(model).join(', ')} from ${model.table} where tenant_id = $1 and (${condition}) order by ${model.key} for update) live`,
    [tx.tenantId, ...values],
  );
  return new Map(rows.map(({ row }) => [String(row[model.key]), row]));
}

/** Adds rows that are not there yet, in the order given. */
export async function addRows(tx: Tx, model: ReadModel, rows: ReadonlyMap<string, Row>): Promise<void> {
  await insert(tx, model, rows, '');
}

/** Writes rows, in place of those that are there. */
export async function putRows(tx: Tx, model: ReadModel, rows: ReadonlyMap<string, Row>): Promise<void> {
  const set = names(model).flatMap((name) => (name === model.key ? [] : [`${name} = excluded.${name}`]));
  await insert(tx, model, rows, `on conflict (${model.key}) do update set ${set.join(', ')}`);
}

async function insert(tx: Tx, model: ReadModel, rows: ReadonlyMap<string, Row>, onConflict: string): Promise<void> {
  if (rows.size === 0) return;
  const list = names(model).join(', ');
  await tx.query(`insert into ${model.table} (${list}) select ${list} from ${given(model)} ${onConflict}`, [
    asJson(rows),
  ]);
}

/** Those of the rows that are not in the table, or stand there otherwise. */
export async function differentRows(
  tx: Tx,
  model: ReadModel,
  rows: ReadonlyMap<string, Row>,
): Promise<Map<string, Row>> {
  if (rows.size === 0) return new Map();
  const of = (alias: string): string =>
    names(model)
      .map((name) => `${alias}.${name}`)
      .join(', ');
  const { rows: keys } = await tx.query<{ key: string }>(
    `select given.${model.key} as key from ${given(model)} left join ${model.table} live on live.${model.key} = given.${model.key}
     where (${of('live')}) is distinct from (${of('given')})`,
    [asJson(rows)],
  );
  return new Map(keys.flatMap(({ key }) => (rows.has(key) ? [[key, rows.get(key) ?? {}] as const] : [])));
}

/** Which of these keys have a row. */
export async function keysThere(tx: Tx, model: ReadModel, keys: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ key: string }>(
    `select ${model.key} as key from ${model.table} where tenant_id = $1 and ${model.key} = any($2::uuid[])`,
    [tx.tenantId, keys],
  );
  return rows.map(({ key }) => key);
}

/** Takes rows out. */
export async function removeRows(tx: Tx, model: ReadModel, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await tx.query(`delete from ${model.table} where ${model.key} = any($1::uuid[])`, [keys]);
}
