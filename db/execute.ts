// THE command handler: load, decide, write state + events + outbox in the caller's transaction, guarded by the expected sequence.
import { getTableName } from 'drizzle-orm';
import type { z } from 'zod';
import type { AnyEvent, Command, CommandTable, Decider } from '../domain/kernel/define-aggregate.ts';
import type { EventTable } from '../domain/kernel/define-events.ts';
import { DomainError } from '../domain/kernel/errors.ts';
import type { Clock } from '../platform/clock.ts';
import { appendParameter, appendSql, type OutboxEvent } from './outbox.ts';
import { sealedEvent } from './seal-event.ts';
import { fromRow, type Row, type StateStore, selection, toRow } from './state-store.ts';
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

/** What the command handler needs of the process. `bell` is rung after commit. */
export type ExecuteDeps = { readonly clock: Clock; readonly keysOf: KeysOf; readonly bell: { ring(): void } };

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

/** A loaded aggregate; `sequence` is that of its last event, `exists` whether it has a row. */
export type Loaded<State> = { readonly state: State; readonly sequence: number; readonly exists: boolean };

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
  return { state: decider.initialState(), sequence: 0, exists: false };
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
  if (!row) return { state: definition.decider.initialState(), sequence: 0, exists: false };
  return {
    state: await fromRow(definition.store, row, deps.keysOf(tx)),
    sequence: Number(row['sequence']),
    exists: true,
  };
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
  const { decider } = definition;
  const events = decider.decide(parsed, before.state);
  if (events.length === 0) return { ...before, events, eventIds: [] };
  const state = events.reduce((sofar, event) => decider.evolve(sofar, event, parsed), before.state);
  const keys = deps.keysOf(tx);
  const rows: OutboxEvent[] = [];
  // One after the other: they share the transaction's connection.
  for (const [index, event] of events.entries()) {
    rows.push(
      await sealedEvent(definition, keys, event, { id, sequence: before.sequence + index + 1, now, cause, state }),
    );
  }
  await write(tx, definition, keys, state, before, rows);
  await definition.afterWrite?.({ tx, keys, events, state });
  tx.onCommit(() => deps.bell.ring());
  return { state, events, sequence: before.sequence + events.length, eventIds: rows.map(({ eventId }) => eventId) };
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
  keys: TenantKeys,
  state: State,
  { sequence, exists }: Loaded<State>,
  events: readonly OutboxEvent[],
): Promise<void> {
  const row: Row = {
    ...(await toRow(store, state, keys)),
    tenant_id: keys.tenantId,
    sequence: sequence + events.length,
  };
  const table = getTableName(store.table);
  const names = Object.keys(row);
  const values = names.map((name) => row[name]);
  const place = (index: number): string => `$${index + 2}`;
  const stateSql = !exists
    ? `insert into ${table} (${names.join(', ')}) values (${names.map((_, index) => place(index)).join(', ')}) on conflict (id) do nothing returning 1`
    : `update ${table} set ${names.map((name, index) => `${name} = ${place(index)}`).join(', ')}
         where tenant_id = ${place(names.indexOf('tenant_id'))} and id = ${place(names.indexOf('id'))} and sequence = $${names.length + 2} returning 1`;
  const { rowCount } = await tx.query(
    `with written as (${stateSql}), ${appendSql('$1', 'where exists (select from written)')}`,
    [appendParameter(events), ...values, ...(exists ? [sequence] : [])],
  );
  if (rowCount !== events.length)
    throw new DomainError('version_conflict', 'Someone else changed the same thing at the same time: try again.');
}
