// Snapshots: what the fold of an aggregate's events gave at one of them. Only a saving: one that is wrong, of another form, or gone is passed over.
import { createHash } from 'node:crypto';
import type { AnyEvent, Command } from '../../domain/kernel/define-aggregate.ts';
import type { AggregateDefinition, ExecuteDeps, Loaded } from '../execute.ts';
import type { OutboxEvent } from '../outbox.ts';
import { type Row, rowJson } from '../state-store.ts';
import type { Tx } from '../transaction.ts';

/** A snapshot as it is stored; `state` is the JSON of the row's columns, what is personal sealed in it. */
export type Snapshot = {
  readonly sequence: number;
  readonly eventId: string;
  /** The latest moment of all events up to it: a clock may have been behind another. */
  readonly asOf: Date;
  readonly state: string;
};

/** What is asked of the snapshots of one aggregate. */
export type Stream = { readonly aggregateType: string; readonly id: string; readonly schemaHash: string };

/** At most up to there. */
export type SnapshotLimit = { readonly moment?: Date | undefined; readonly sequence?: number | undefined };

const hashes = new WeakMap<object, string>();

/** Of what form the states are: another set of columns, another beginning, or another `evolve` by the examples of its events makes another one. */
export function schemaHash<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  definition: AggregateDefinition<State, Cmd, Event>,
): string {
  const known = hashes.get(definition);
  if (known !== undefined) return known;
  const { decider, events, store } = definition;
  if (decider.storage !== 'events') throw new Error(`${decider.aggregate} does not live from its events.`);
  const states: State[] = [decider.initialState()];
  for (const [type, { example: data }] of Object.entries(events.rows))
    states.push(decider.evolve(states.at(-1) ?? decider.initialState(), { type, data } as Event));
  const made = sha256(JSON.stringify([store.columns, states]));
  hashes.set(definition, made);
  return made;
}

/** The last snapshot within the limit that can be used: of this form, unchanged since it was written, and of an event that is there. */
export async function findSnapshot(
  tx: Tx,
  stream: Stream,
  { moment, sequence }: SnapshotLimit,
): Promise<Snapshot | undefined> {
  let upTo = sequence ?? null;
  for (;;) {
    const { rows } = await tx.query<Snapshot & { readonly contentHash: string }>(
      `select snapshot.sequence_number as sequence, event_id as "eventId", as_of as "asOf", state, content_hash as "contentHash"
       from event_snapshots snapshot
       -- With its limit it can't be turned round: from the events, of which there are many, to the snapshots.
       cross join lateral (select from event_store event where event.aggregate_type = $2 and event.aggregate_id = $3 and event.tenant_id = $1
         and event.sequence_number = snapshot.sequence_number and event.id = snapshot.event_id limit 1) event
       where snapshot.tenant_id = $1 and snapshot.aggregate_type = $2 and snapshot.aggregate_id = $3 and schema_hash = $4
         and ($5::timestamptz is null or as_of <= $5) and ($6::bigint is null or snapshot.sequence_number <= $6)
       order by snapshot.sequence_number desc limit 1`,
      [tx.tenantId, stream.aggregateType, stream.id, stream.schemaHash, moment ?? null, upTo],
    );
    const [found] = rows;
    if (found === undefined || found.contentHash === contentHash(tx, stream, found)) return found;
    upTo = found.sequence - 1;
  }
}

/** All usable ones of many aggregates, by aggregate and sequence. */
export async function readSnapshots(
  tx: Tx,
  { aggregateType, schemaHash: form }: Omit<Stream, 'id'>,
  ids: readonly string[],
): Promise<(Snapshot & { readonly id: string })[]> {
  const { rows } = await tx.query<Snapshot & { readonly id: string; readonly contentHash: string }>(
    `select aggregate_id as id, sequence_number as sequence, event_id as "eventId", as_of as "asOf", state, content_hash as "contentHash"
     from event_snapshots where tenant_id = $1 and aggregate_type = $2 and schema_hash = $3 and aggregate_id = any($4::uuid[])`,
    [tx.tenantId, aggregateType, form, ids],
  );
  return rows.filter(
    (row) => row.contentHash === contentHash(tx, { aggregateType, id: row.id, schemaHash: form }, row),
  );
}

/** Takes one when the events just written led over a multiple of `snapshotEvery`. */
export async function takeSnapshotIfDue<
  State extends { readonly id: string },
  Cmd extends Command,
  Event extends AnyEvent,
>(
  { snapshotEvery }: Pick<ExecuteDeps, 'snapshotEvery'>,
  tx: Tx,
  definition: AggregateDefinition<State, Cmd, Event>,
  { eventSequence }: Pick<Loaded<State>, 'eventSequence'>,
  written: readonly OutboxEvent[],
  now: { readonly state: State; readonly row: Row },
): Promise<void> {
  const last = written.at(-1);
  if (!last?.eventSourced) return;
  const isDue = Math.floor(last.sequence / snapshotEvery) > Math.floor(eventSequence / snapshotEvery);
  if (isDue) await takeSnapshot(tx, definition, last, now);
}

/** In the transaction that wrote the events: the state is in memory then, and what is personal of it is sealed already, in `row`. */
async function takeSnapshot<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  tx: Tx,
  definition: AggregateDefinition<State, Cmd, Event>,
  { sequence, eventId }: OutboxEvent,
  { state, row }: { readonly state: State; readonly row: Row },
): Promise<void> {
  const aggregateType = definition.decider.aggregate;
  const stream: Stream = { aggregateType, id: state.id, schemaHash: schemaHash(definition) };
  const previous = await findSnapshot(tx, stream, { sequence: sequence - 1 });
  const { rows } = await tx.query<{ last: Date }>(
    `select max(occurred_at) as last from event_store where tenant_id = $1 and aggregate_type = $2 and aggregate_id = $3
       and sequence_number > $4 and sequence_number <= $5`,
    [tx.tenantId, aggregateType, state.id, previous?.sequence ?? 0, sequence],
  );
  const last = rows[0]?.last;
  if (!last) throw new Error(`${aggregateType} ${state.id} has no events up to ${sequence}.`);
  const asOf = previous && previous.asOf > last ? previous.asOf : last;
  const snapshot: Snapshot = { sequence, eventId, asOf, state: rowJson(definition.store, state, row) };
  await tx.query(
    `insert into event_snapshots (tenant_id, aggregate_type, aggregate_id, schema_hash, sequence_number, event_id, as_of, state, content_hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      tx.tenantId,
      aggregateType,
      state.id,
      stream.schemaHash,
      snapshot.sequence,
      snapshot.eventId,
      asOf,
      snapshot.state,
      contentHash(tx, stream, snapshot),
    ],
  );
}

function contentHash(
  { tenantId }: Tx,
  { aggregateType, id, schemaHash: form }: Stream,
  { sequence, eventId, asOf, state }: Snapshot,
): string {
  return sha256(JSON.stringify([tenantId, aggregateType, id, form, sequence, eventId, asOf, state]));
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
