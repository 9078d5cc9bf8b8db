// Replays an aggregate to any moment: the fold of its events, from the nearest snapshot on. Events of older versions are read as current ones.
import type { AnyEvent, Command } from '../../domain/kernel/define-aggregate.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { AggregateDefinition, ExecuteDeps } from '../execute.ts';
import { asInRow, openRow, type Row } from '../state-store.ts';
import type { TenantKeys } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';
import { type ReadEvent, readEvents, sequenceAt } from './read-events.ts';
import { findSnapshot, schemaHash } from './snapshots.ts';

/** How far: to a moment, or to an event's sequence; neither: to the last event. `useSnapshots` false: every event is read. */
export type ReplayOptions = {
  readonly moment?: Date | undefined;
  readonly sequence?: number | undefined;
  readonly useSnapshots?: boolean;
};

/** What came of it. `sequence` 0: nothing had happened yet. `erased`: the state's personal fields are what stands for destroyed ones. `read`: how many events. */
export type Replayed<State> = {
  readonly state: State;
  readonly sequence: number;
  readonly erased: boolean;
  readonly began: 'at the first event' | 'at a snapshot' | 'at the base';
  readonly read: number;
};

/** Where a fold begins. */
export type Beginning<State> = Omit<Replayed<State>, 'read'>;

/** The base of a log that is not whole. */
export type Base = { readonly sequence: number; readonly asOf: Date; readonly row: Row };

/** Events read at once: enough that a long log takes few round trips. */
const pageSize = 1_000;

/** Replays one aggregate of the transaction's tenant. Throws DomainError not_found for a moment before which nothing of it is known any more. */
export async function replay<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  deps: Pick<ExecuteDeps, 'keysOf'>,
  tx: Tx,
  definition: AggregateDefinition<State, Cmd, Event>,
  id: string,
  options: ReplayOptions = {},
): Promise<Replayed<State>> {
  const keys = deps.keysOf(tx);
  const stream = { aggregateType: definition.decider.aggregate, id };
  let { state, sequence, erased, began } = await beginning(tx, keys, definition, id, options);
  const { moment, sequence: last = null } = options;
  const upTo = moment === undefined ? last : await sequenceAt(tx, stream, sequence, moment);
  let read = 0;
  for (let hasMore = true; hasMore; ) {
    const events = await readEvents(tx, keys, stream, { after: sequence, upTo, limit: pageSize });
    const folded = fold(definition, { state, sequence, erased, began }, events);
    ({ state, sequence, erased } = folded);
    read += events.length;
    hasMore = events.length === pageSize;
  }
  return { state: asInRow(definition.store, state, erased), sequence, erased, began, read };
}

/** Folds events that follow on each other. Throws when one is missing. */
export function fold<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  { decider }: AggregateDefinition<State, Cmd, Event>,
  from: Beginning<State>,
  events: readonly ReadEvent[],
): Beginning<State> {
  if (decider.storage !== 'events') throw new Error(`${decider.aggregate} does not live from its events.`);
  let { state, sequence, erased } = from;
  for (const event of events) {
    if (event.sequence !== sequence + 1)
      throw new Error(`The events of ${decider.aggregate} have a gap after ${sequence}.`);
    state = decider.evolve(state, { type: event.type, data: event.data } as Event);
    sequence = event.sequence;
    erased ||= event.erased;
  }
  return { ...from, state, sequence, erased };
}

async function beginning<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  tx: Tx,
  keys: TenantKeys,
  definition: AggregateDefinition<State, Cmd, Event>,
  id: string,
  { moment, sequence, useSnapshots = true }: ReplayOptions,
): Promise<Beginning<State>> {
  const aggregateType = definition.decider.aggregate;
  const stream = { aggregateType, id, schemaHash: schemaHash(definition) };
  const snapshot = useSnapshots ? await findSnapshot(tx, stream, { moment, sequence }) : undefined;
  if (snapshot) {
    const opened = await openRow(definition.store, JSON.parse(snapshot.state) as Row, keys);
    return { ...opened, sequence: snapshot.sequence, began: 'at a snapshot' };
  }
  const base = (await readBases(tx, aggregateType, [id])).get(id);
  if (base && ((moment && moment < base.asOf) || (sequence !== undefined && sequence < base.sequence)))
    throw new DomainError(
      'not_found',
      `What the ${aggregateType} was before ${base.asOf.toISOString()} is not kept: ask for a moment from then on.`,
    );
  return fromBase(definition, base, keys);
}

/** Where the fold begins when no snapshot is used. */
export async function fromBase<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  { decider, store }: AggregateDefinition<State, Cmd, Event>,
  base: Base | undefined,
  keys: TenantKeys,
): Promise<Beginning<State>> {
  const nothing = decider.initialState();
  if (!base) return { state: nothing, sequence: 0, erased: false, began: 'at the first event' };
  const { state, erased } = await openRow(store, base.row, keys);
  // A column that came later begins as it does in a new aggregate.
  const later = Object.keys(store.columns) as (keyof State & string)[];
  const missing = later.filter((key) => !Object.hasOwn(base.row, store.table[key].name));
  const added = Object.fromEntries(missing.map((key) => [key, nothing[key]]));
  return { state: { ...state, ...added }, sequence: base.sequence, erased, began: 'at the base' };
}

/** The bases of these aggregates, of those that have one. */
export async function readBases(
  tx: Tx,
  aggregateType: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Base>> {
  const { rows } = await tx.query<Base & { readonly id: string }>(
    `select aggregate_id as id, sequence_number as sequence, as_of as "asOf", state as row from event_store_bases
     where tenant_id = $1 and aggregate_type = $2 and aggregate_id = any($3::uuid[])`,
    [tx.tenantId, aggregateType, ids],
  );
  return new Map(rows.map(({ id, ...base }) => [id, base]));
}
