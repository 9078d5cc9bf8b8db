// Many commands to many aggregates of one kind in one transaction: one read, then one statement that writes all states and appends all events.
import { getTableName } from 'drizzle-orm';
import { type AnyEvent, type Command, outcomeOf } from '../domain/kernel/define-aggregate.ts';
import { DomainError } from '../domain/kernel/errors.ts';
import { takeSnapshotIfDue } from './event-store/snapshots.ts';
import {
  type AggregateDefinition,
  absent,
  type Cause,
  changesOf,
  type ExecuteDeps,
  type Executed,
  type Loaded,
  loadedFrom,
  parseCommand,
  written,
} from './execute.ts';
import { appendParameter, appendSql, type OutboxEvent } from './outbox.ts';
import { sealedEvent } from './seal-event.ts';
import { columnName, numbersEventsApart, type Row, type StateStore, selection, toRow } from './state-store.ts';
import type { TenantKeys } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

/** One command of many. */
export type ManyCommand<Cmd extends Command> = {
  readonly id: string;
  readonly command: Pick<Cmd, 'type'> & { readonly data: unknown };
  readonly expectedSequence?: number;
};

type Course<State, Event> = {
  readonly before: Loaded<State>;
  state: State;
  sequence: number;
  events: Event[];
  rows: OutboxEvent[];
};

/**
 * Runs them in the order given; several to one aggregate build on each other. All or nothing: throws what `execute` throws, for the first that fails.
 * Locks what it reads, in order of id, so that two of these never wait for each other in a ring. Answers one result a command.
 */
export async function executeMany<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  deps: ExecuteDeps,
  tx: Tx,
  definition: AggregateDefinition<State, Cmd, Event>,
  commands: readonly ManyCommand<Cmd>[],
  cause: Cause,
): Promise<Executed<State, Event>[]> {
  const now = deps.clock.now();
  const keys = deps.keysOf(tx);
  const loaded = await loadMany(tx, definition, keys, [...new Set(commands.map(({ id }) => id))]);
  const courses = new Map<string, Course<State, Event>>();
  const results: Executed<State, Event>[] = [];
  for (const { id, command, expectedSequence } of commands) {
    const course = courses.get(id) ?? begin(loaded.get(id) ?? absent<State>(definition));
    courses.set(id, course);
    const { sequence } = course;
    if (expectedSequence !== undefined && expectedSequence !== sequence)
      throw new DomainError(
        'precondition_failed',
        `The current version of ${id} is ${sequence}, not ${expectedSequence}.`,
      );
    const data = parseCommand(definition.commands, command);
    const parsed = { type: command.type, data, at: now.toISOString() } as Cmd;
    const { events, state } = outcomeOf(definition.decider, parsed, course.state);
    if (events.length > 0 || state !== course.state) course.sequence += changesOf(definition.store, events.length);
    course.state = state;
    const rows: OutboxEvent[] = [];
    // One after the other: they share the transaction's connection.
    for (const [index, event] of events.entries())
      rows.push(
        await sealedEvent(definition, keys, event, {
          id,
          sequence: course.before.eventSequence + course.rows.length + index + 1,
          now,
          cause,
          state: course.state,
        }),
      );
    course.events.push(...events);
    course.rows.push(...rows);
    results.push({
      state: course.state,
      events,
      sequence: course.sequence,
      eventIds: rows.map(({ eventId }) => eventId),
    });
  }
  const changed = [...courses.values()].filter(({ before, sequence }) => sequence > before.sequence);
  if (changed.length === 0) return results;
  const stateRows = await writeMany(tx, definition.store, keys, changed);
  for (const [index, { before, state, rows }] of changed.entries())
    await takeSnapshotIfDue(deps, tx, definition, before, rows, { state, row: stateRows[index] ?? {} });
  for (const { state, events } of changed) await definition.afterWrite?.({ tx, keys, events, state });
  tx.onCommit(() => deps.bell.ring());
  return results;
}

function begin<State, Event>(before: Loaded<State>): Course<State, Event> {
  return { before, state: before.state, sequence: before.sequence, events: [], rows: [] };
}

async function loadMany<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  tx: Tx,
  { store }: AggregateDefinition<State, Cmd, Event>,
  keys: TenantKeys,
  ids: readonly string[],
): Promise<Map<string, Loaded<State>>> {
  const { rows } = await tx.query<Row>(
    `select ${Object.keys(selection(store)).join(', ')} from ${getTableName(store.table)}
     where tenant_id = $1 and id = any($2::uuid[]) order by id for no key update`,
    [tx.tenantId, ids],
  );
  const loaded = new Map<string, Loaded<State>>();
  for (const row of rows) loaded.set(String(row['id']), await loadedFrom(store, row, keys));
  return loaded;
}

/** Writes all or nothing: the events are appended only when every row was as it had been read. Gives the rows written, in order. */
async function writeMany<State extends { readonly id: string }, Event>(
  tx: Tx,
  store: StateStore<State>,
  keys: TenantKeys,
  courses: readonly Course<State, Event>[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { before, state, sequence, rows: events } of courses)
    rows.push({
      ...(await asJson(store, state, keys)),
      tenant_id: keys.tenantId,
      sequence,
      ...(numbersEventsApart(store) && { event_sequence: before.eventSequence + events.length }),
      was_sequence: before.exists ? before.sequence : null,
    });
  const table = getTableName(store.table);
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'was_sequence');
  const events = courses.flatMap((course) => course.rows);
  const allWritten = 'where (select count(*) from added) + (select count(*) from changed) = $3';
  const writing = tx.query(
    `with state as materialized (
       select row.*, (value ->> 'was_sequence')::bigint as was_sequence
       from jsonb_array_elements($2::jsonb) value, jsonb_populate_record(null::${table}, value) row),
     added as (
       insert into ${table} (${names.join(', ')}) select ${names.join(', ')} from state where was_sequence is null
       on conflict (id) do nothing returning 1),
     changed as (
       update ${table} target set ${names.map((name) => `${name} = state.${name}`).join(', ')} from state
       where target.tenant_id = state.tenant_id and target.id = state.id and target.sequence = state.was_sequence returning 1)
     ${events.length > 0 ? `, ${appendSql('$1', allWritten)}` : ` select ${allWritten} and $1::jsonb is not null`}`,
    [appendParameter(events), JSON.stringify(rows), courses.length],
  );
  const { rowCount } = await written(store, writing);
  if (rowCount !== (events.length || 1))
    throw new DomainError('version_conflict', 'Someone else changed the same thing at the same time: try again.');
  return rows;
}

/** The row with its JSON columns as values, not as text. */
async function asJson<State extends { readonly id: string }>(
  store: StateStore<State>,
  state: State,
  keys: TenantKeys,
): Promise<Row> {
  const row = await toRow(store, state, keys);
  for (const [key, kind] of Object.entries(store.columns) as [keyof State & string, string][])
    if (kind === 'json') row[columnName(store, key)] = state[key] ?? null;
  return row;
}
