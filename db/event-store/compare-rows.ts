// Compares the rows of an aggregate that lives from its events with the fold of those events, and its snapshots with the fold at their place.
import { getTableName } from 'drizzle-orm';
import type { AnyEvent, Command } from '../../domain/kernel/define-aggregate.ts';
import { isSameJson } from '../../domain/kernel/same-json.ts';
import { CryptoError } from '../../platform/crypto/crypto-error.ts';
import type { AggregateDefinition, ExecuteDeps } from '../execute.ts';
import { asInRow, openRow, type Row, type StateStore, selection } from '../state-store.ts';
import type { TenantKeys } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';
import { type ReadEvent, readAllEvents } from './read-events.ts';
import { type Base, type Beginning, fold, fromBase, readBases } from './replay.ts';
import { readSnapshots, schemaHash } from './snapshots.ts';

/** What is not as it should be; names fields, never their values. */
export type Difference = { readonly aggregateType: string; readonly aggregateId: string; readonly what: string };

/** What a comparison came to. `last`: where to go on; undefined: there are no more. */
export type Comparison = {
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly last: string | undefined;
};

const eventsAtOnce = 10_000;
const nil = '00000000-0000-0000-0000-000000000000';

/** Compares the next `limit` aggregates of the transaction's tenant, in the order of their ids, after `after`. */
export async function compareRows<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  { keysOf }: Pick<ExecuteDeps, 'keysOf'>,
  tx: Tx,
  definition: AggregateDefinition<State, Cmd, Event>,
  { after = nil, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<Comparison> {
  const { decider, store } = definition;
  const aggregateType = decider.aggregate;
  const keys = keysOf(tx);
  // Row and last event by one statement: what is written meanwhile is seen by both or by none.
  const { rows } = await tx.query<Row & { id: string; last_event: number | null }>(
    `select ${Object.keys(selection(store))
      .map((name) => `state.${name}`)
      .join(', ')}, (select max(sequence_number) from event_store event
       where event.aggregate_type = $2 and event.aggregate_id = state.id and event.tenant_id = $1) as last_event
     from ${getTableName(store.table)} state where state.tenant_id = $1 and state.id > $3 order by state.id limit $4`,
    [tx.tenantId, aggregateType, after, limit],
  );
  const chosen = upToEvents(rows);
  const ids = chosen.map(({ id }) => id);
  if (ids.length === 0) return { compared: 0, differences: [], last: undefined };
  const [bases, streams] = [await readBases(tx, aggregateType, ids), await readAllEvents(tx, keys, aggregateType, ids)];
  const snapshots = await readSnapshots(tx, { aggregateType, schemaHash: schemaHash(definition) }, ids);
  const differences: Difference[] = [];
  for (const row of chosen) {
    const log: Log = {
      base: bases.get(row.id),
      events: streams.get(row.id) ?? [],
      snapshots: new Map(snapshots.filter(({ id }) => id === row.id).map(({ sequence, state }) => [sequence, state])),
    };
    const found = await compareOne(definition, keys, row, log);
    differences.push(...found.map((what) => ({ aggregateType, aggregateId: row.id, what })));
  }
  const isAll = chosen.length === rows.length && rows.length < limit;
  return { compared: ids.length, differences, last: isAll ? undefined : ids.at(-1) };
}

/** As many of the rows as have `eventsAtOnce` events together, one at least: all of them are in memory at once. */
function upToEvents<One extends { readonly last_event: number | null }>(rows: readonly One[]): readonly One[] {
  let events = 0;
  const first = rows.findIndex(({ last_event }, index) => {
    events += last_event ?? 0;
    return index > 0 && events > eventsAtOnce;
  });
  return first === -1 ? rows : rows.slice(0, first);
}

/** The aggregates of the transaction's tenant that have events and no row; at most `limit`. */
export async function findRowless<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  tx: Tx,
  { decider, store }: AggregateDefinition<State, Cmd, Event>,
  limit: number,
): Promise<Difference[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select aggregate_id as id from event_store where tenant_id = $1 and aggregate_type = $2 and sequence_number = 1
       and not exists (select from ${getTableName(store.table)} state where state.id = aggregate_id) limit $3`,
    [tx.tenantId, decider.aggregate, limit],
  );
  return rows.map(({ id }) => ({ aggregateType: decider.aggregate, aggregateId: id, what: 'has events and no row' }));
}

type Log = {
  readonly base: Base | undefined;
  readonly events: readonly ReadEvent[];
  readonly snapshots: ReadonlyMap<number, string>;
};

async function compareOne<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  definition: AggregateDefinition<State, Cmd, Event>,
  keys: TenantKeys,
  row: Row & { readonly last_event: number | null },
  { base, events, snapshots }: Log,
): Promise<string[]> {
  const { store } = definition;
  const sequence = Number(row['sequence']);
  const last = row.last_event ?? base?.sequence ?? 0;
  if (last !== sequence) return [`its row is at ${sequence}, its last event at ${last}`];
  const found: string[] = [];
  const compare = async (what: string, folded: Beginning<State>, columns: Row): Promise<void> => {
    const stored = await openRow(store, columns, keys).catch((error: unknown) => {
      if (error instanceof CryptoError) return undefined;
      throw error;
    });
    if (!stored) return void found.push(`${what} can not be opened`);
    const fields = differingFields(store, folded, stored);
    if (fields.length > 0) found.push(`${what} differs from its events in ${fields.join(', ')}`);
  };
  let folded: Beginning<State> = await fromBase(definition, base, keys);
  for (const event of events) {
    if (event.sequence > sequence) break;
    if (event.sequence !== folded.sequence + 1) return [...found, `there is no event ${folded.sequence + 1}`];
    folded = fold(definition, folded, [event]);
    const snapshot = snapshots.get(event.sequence);
    if (snapshot !== undefined) await compare(`its snapshot at ${event.sequence}`, folded, JSON.parse(snapshot) as Row);
  }
  await compare('its row', folded, row);
  return found;
}

/** Fields whose values are not the same. Personal ones of the erased can't be compared: nobody can read them. */
function differingFields<State>(
  store: StateStore<State>,
  folded: { readonly state: State; readonly erased: boolean },
  stored: { readonly state: State; readonly erased: boolean },
): string[] {
  const isErased = folded.erased || stored.erased;
  const [ours, theirs] = [asInRow(store, folded.state, isErased), asInRow(store, stored.state, isErased)];
  const keys = Object.keys(store.columns) as (keyof State & string)[];
  return keys.filter((key) => !isSameJson(momentsInOneForm(ours[key]), momentsInOneForm(theirs[key])));
}

const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** A JSON value whose moments are written in one way: a row gives them back in PostgreSQL's, an event as they came. */
export function momentsInOneForm(value: unknown): unknown {
  if (typeof value === 'string') return moment.test(value) ? new Date(value).toISOString() : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(momentsInOneForm);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, momentsInOneForm(item)]));
}
