// THE command handler: load, decide, write state + events + outbox in the caller's transaction, guarded by the expected sequence.
import { getTableName } from 'drizzle-orm';
import type { z } from 'zod';
import {
  type AnyEvent,
  type Command,
  type CommandTable,
  type Decider,
  outcomeOf,
} from '../domain/kernel/define-aggregate.ts';
import type { EventTable } from '../domain/kernel/define-events.ts';
import { DomainError, violated } from '../domain/kernel/errors.ts';
import type { Clock } from '../platform/clock.ts';
import { takeSnapshotIfDue } from './event-store/snapshots.ts';
import { appendParameter, appendSql, type OutboxEvent } from './outbox.ts';
import { sealedEvent } from './seal-event.ts';
import { fromRow, numbersEventsApart, type Row, type StateStore, selection, toRow } from './state-store.ts';
import type { KeysOf, TenantKeys } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

/** Everything about one aggregate that the command handler needs. `afterWrite` keeps look-up tables in step, in the same transaction. */
export type AggregateDefinition<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent> = {
  readonly decider: Decider<State, Cmd, Event>;
  readonly commands: CommandTable;
  readonly events: EventTable;
  readonly store: StateStore<State>;
  readonly afterWrite?: (write: { tx: Tx; keys: TenantKeys; events: readonly Event[]; state: State }) => Promise<void>;
};

/** What the command handler needs of the process. `bell` is rung after commit; a snapshot is taken every `snapshotEvery` events. */
export type ExecuteDeps = {
  readonly clock: Clock;
  readonly keysOf: KeysOf;
  readonly bell: { ring(): void };
  readonly snapshotEvery: number;
};

/** Who caused a command: the request, event or saga. Inside a saga's activity its metadata is taken from there. */
export type Cause = {
  readonly causationId: string;
  readonly correlationId: string;
  readonly traceparent?: string;
  readonly projectId?: string;
};

/** What came of a command: the events (none: it changed nothing), the state after it and the aggregate's sequence. */
export type Executed<State, Event> = {
  readonly state: State;
  readonly events: readonly Event[];
  readonly sequence: number;
  readonly eventIds: readonly string[];
};

/** A loaded aggregate; `sequence` counts its changes, `eventSequence` is that of its last event (the same, unless its table numbers events apart), `exists` whether it has a row. */
export type Loaded<State> = {
  readonly state: State;
  readonly sequence: number;
  readonly eventSequence: number;
  readonly exists: boolean;
};

/** `loaded`: what `load` gave in this transaction, or `absent()` for an id just drawn; saves the read. */
export type ExecuteOptions<State> = {
  readonly expectedSequence?: number;
  readonly lock?: boolean;
  readonly loaded?: Loaded<State>;
};

/** An aggregate that can't exist yet, because its id was just drawn. */
export function absent<State>({
  decider,
}: {
  readonly decider: { readonly initialState: () => State };
}): Loaded<State> {
  return { state: decider.initialState(), sequence: 0, eventSequence: 0, exists: false };
}

/** Loads one aggregate of the transaction's tenant; `lock` keeps others from changing it until the end of the transaction. */
export async function load<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  deps: Pick<ExecuteDeps, 'keysOf'>,
  tx: Tx,
  definition: AggregateDefinition<State, Cmd, Event>,
  id: string,
  lock = false,
): Promise<Loaded<State>> {
  const columns = Object.keys(selection(definition.store)).join(', ');
  const { rows } = await tx.query<Row>(
    `select ${columns} from ${getTableName(definition.store.table)} where tenant_id = $1 and id = $2${lock ? ' for no key update' : ''}`,
    [tx.tenantId, id],
  );
  const row = rows[0];
  return row ? loadedFrom(definition.store, row, deps.keysOf(tx)) : absent(definition);
}

/** A row as what `execute` begins with. */
export async function loadedFrom<State extends { readonly id: string }>(
  store: StateStore<State>,
  row: Row,
  keys: TenantKeys,
): Promise<Loaded<State>> {
  const sequence = Number(row['sequence']);
  const eventSequence = numbersEventsApart(store) ? Number(row['event_sequence']) : sequence;
  return { state: await fromRow(store, row, keys), sequence, eventSequence, exists: true };
}

/** By how much a change moves `sequence`: by its events, or by one when it has none. Throws for an aggregate that must tell every change. */
export function changesOf<State>(store: StateStore<State>, events: number): number {
  if (events > 0) return events;
  if (!numbersEventsApart(store))
    throw new Error(`${getTableName(store.table)} needs event_sequence: its aggregate changes without an event.`);
  return 1;
}

/**
 * Runs one command inside `tx`. Throws DomainError: validation_failed (with issues), the decider's refusals, precondition_failed when
 * `expectedSequence` is not the current one, version_conflict when another transaction won (run the whole transaction again).
 */
export async function execute<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  deps: ExecuteDeps,
  tx: Tx,
  definition: AggregateDefinition<State, Cmd, Event>,
  id: string,
  command: Pick<Cmd, 'type'> & { readonly data: unknown },
  cause: Cause,
  options: ExecuteOptions<State> = {},
): Promise<Executed<State, Event>> {
  const now = deps.clock.now();
  const parsed = { type: command.type, data: parseCommand(definition.commands, command), at: now.toISOString() } as Cmd;
  const before = options.loaded ?? (await load(deps, tx, definition, id, options.lock));
  if (options.expectedSequence !== undefined && options.expectedSequence !== before.sequence) {
    throw new DomainError(
      'precondition_failed',
      `The current version is ${before.sequence}, not ${options.expectedSequence}: read it again first.`,
    );
  }
  const { events, state } = outcomeOf(definition.decider, parsed, before.state);
  if (events.length === 0 && state === before.state) return { ...before, events, eventIds: [] };
  const keys = deps.keysOf(tx);
  const rows: OutboxEvent[] = [];
  // One after the other: they share the transaction's connection.
  for (const [index, event] of events.entries()) {
    rows.push(
      await sealedEvent(definition, keys, event, { id, sequence: before.eventSequence + index + 1, now, cause, state }),
    );
  }
  const row = await toRow(definition.store, state, keys);
  await write(tx, definition, row, before, rows);
  await takeSnapshotIfDue(deps, tx, definition, before, rows, { state, row });
  await definition.afterWrite?.({ tx, keys, events, state });
  tx.onCommit(() => deps.bell.ring());
  const sequence = before.sequence + changesOf(definition.store, events.length);
  return { state, events, sequence, eventIds: rows.map(({ eventId }) => eventId) };
}

/** The command's data, checked. Throws DomainError validation_failed with what is wrong where. */
export function parseCommand(
  commands: CommandTable,
  { type, data }: { readonly type: string; readonly data: unknown },
): unknown {
  const schema: z.ZodType | undefined = commands[type];
  if (!schema) throw new DomainError('validation_failed', `There is no command ${type}.`);
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new DomainError('validation_failed', `The data of ${type} is not valid.`, { issues });
}

async function write<State extends { readonly id: string }>(
  tx: Tx,
  { store }: { readonly store: StateStore<State> },
  columns: Row,
  before: Loaded<State>,
  events: readonly OutboxEvent[],
): Promise<void> {
  const row: Row = {
    ...columns,
    tenant_id: tx.tenantId,
    sequence: before.sequence + changesOf(store, events.length),
    ...(numbersEventsApart(store) && { event_sequence: before.eventSequence + events.length }),
  };
  const table = getTableName(store.table);
  const names = Object.keys(row);
  const values = names.map((name) => row[name]);
  const place = (index: number): string => `$${index + 2}`;
  const stateSql = !before.exists
    ? `insert into ${table} (${names.join(', ')}) values (${names.map((_, index) => place(index)).join(', ')}) on conflict (id) do nothing returning 1`
    : `update ${table} set ${names.map((name, index) => `${name} = ${place(index)}`).join(', ')}
         where tenant_id = ${place(names.indexOf('tenant_id'))} and id = ${place(names.indexOf('id'))} and sequence = $${names.length + 2} returning 1`;
  const append = `, ${appendSql('$1', 'where exists (select from written)')}`;
  const { rowCount } = await written(
    store,
    tx.query(
      `with written as (${stateSql})${events.length > 0 ? append : ' select from written where $1::jsonb is not null'}`,
      [appendParameter(events), ...values, ...(before.exists ? [before.sequence] : [])],
    ),
  );
  if (rowCount !== (events.length || 1))
    throw new DomainError('version_conflict', 'Someone else changed the same thing at the same time: try again.');
}

/** Waits for a write; what a unique index of the store refuses becomes the rule that the index guards. */
export async function written<State, T>({ unique = {} }: StateStore<State>, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    const { constraint } = error as { readonly constraint?: unknown };
    const broken = typeof constraint === 'string' && Object.hasOwn(unique, constraint) ? unique[constraint] : undefined;
    throw broken ? violated(broken.rule, broken.message) : error;
  }
}
