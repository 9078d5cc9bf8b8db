// The rebuild of a projection, slice by slice: the rows that the log makes are built beside those that are there, compared, and put in their place, each slice
// in one short transaction that holds its claims or positions. Readers see the one or the other, never a gap; the consumer goes on beside it.
import { lockPositions, movePositions } from '../parked-events.ts';
import { claimEvents } from '../processed-events.ts';
import type { Tx } from '../transaction.ts';
import type { Projection } from './index.ts';
import { eventsOfAggregates, type LoggedEvent, nextAggregates, nextEvents, type Place } from './logged-events.ts';
import { differentRows, keysThere, putRows, type ReadModel, removeRows } from './read-model.ts';

/** `lastPosition` null: there is no more. `compared` events; `changed` rows that stood otherwise, were missing, or should not have been there. */
export type Slice = { readonly lastPosition: number | null; readonly compared: number; readonly changed: number };

/** What to rebuild from; `onlyCompares`: everything stays as it is. */
export type Comparison = {
  readonly projection: Projection;
  readonly ordered: boolean;
  readonly types: readonly string[];
  readonly onlyCompares: boolean;
};

const eventsAtOnce = 500;
const aggregatesAtOnce = 50;

/** The next slice of a tenant's log, in its transaction. */
export function compareSlice(tx: Tx, comparison: Comparison, after: number, upTo: number): Promise<Slice> {
  const { types, ordered } = comparison;
  const limit = ordered ? aggregatesAtOnce : eventsAtOnce;
  return (ordered ? compareAggregates : compareEvents)(tx, comparison, { types, after, upTo, limit });
}

/** Rows of one event each. Its claim says whether it is there: one that nobody has claimed is claimed here, and takes effect so. */
async function compareEvents(tx: Tx, comparison: Comparison, place: Place): Promise<Slice> {
  const { consumer } = comparison.projection;
  const all = await nextEvents(tx, consumer, place);
  const open = all.filter((one) => one.isSent && !one.isTaken && !one.isPassedOver && !one.hasFailed);
  const claimed = new Set(comparison.onlyCompares ? [] : open);
  await claimEvents(tx, consumer, idsOf([...claimed]));
  const taken = all.filter((one) => (one.isTaken || claimed.has(one)) && !one.isPassedOver);
  const changed = await replace(tx, comparison, taken, idsOf(taken));
  return { lastPosition: all.at(-1)?.position ?? null, compared: all.length, changed };
}

/** Rows of one aggregate each, up to its position; one that the consumer has never met is taken as far as it was sent. */
async function compareAggregates(tx: Tx, comparison: Comparison, place: Place): Promise<Slice> {
  const { consumer } = comparison.projection;
  const aggregates = await nextAggregates(tx, place);
  const ids = aggregates.map(({ id }) => id);
  if (ids.length === 0) return { lastPosition: null, compared: 0, changed: 0 };
  const positions = comparison.onlyCompares
    ? await heldPositions(tx, consumer, ids)
    : await lockPositions(tx, consumer, new Map(ids.map((id) => [id, 1])));
  const byAggregate = new Map<string, LoggedEvent[]>(ids.map((id) => [id, []]));
  for (const one of await eventsOfAggregates(tx, consumer, ids)) byAggregate.get(one.event.aggregateId)?.push(one);
  const moved = new Map<string, number>();
  const taken: LoggedEvent[] = [];
  const claimed: LoggedEvent[] = [];
  for (const [id, all] of byAggregate) {
    const position = positions.get(id) ?? 0;
    const upTo = position > 0 || comparison.onlyCompares ? position : sentUpTo(all);
    const own = all.filter(({ event, isPassedOver }) => event.sequence <= upTo && !isPassedOver);
    taken.push(...own);
    if (upTo === position) continue;
    moved.set(id, upTo);
    claimed.push(...own);
  }
  await claimEvents(tx, consumer, idsOf(claimed));
  await movePositions(tx, consumer, moved);
  const changed = await replace(tx, comparison, taken, ids);
  return { lastPosition: aggregates.at(-1)?.position ?? null, compared: taken.length, changed };
}

/** How far an aggregate was sent without a gap; none of it where something has failed: that is the consumer's to settle. */
function sentUpTo(events: readonly LoggedEvent[]): number {
  if (events.some(({ hasFailed }) => hasFailed)) return 0;
  const end = events.findIndex(({ event, isSent }, index) => !isSent || event.sequence !== index + 1);
  return end === -1 ? events.length : end;
}

/** Makes the rows of these events, and puts them in place of what stands under these keys; answers how many were not right. */
async function replace(
  tx: Tx,
  { projection, onlyCompares }: Comparison,
  taken: readonly LoggedEvent[],
  keys: readonly string[],
): Promise<number> {
  const events = taken.map(({ event }) => event);
  let changed = 0;
  for (const model of projection.models) {
    const made = await model.make(events, tx);
    const different = await differentRows(tx, model, made);
    const surplus = (await keysThere(tx, model, keys)).filter((key) => !made.has(key));
    changed += different.size + surplus.length;
    if (onlyCompares) continue;
    await putRows(tx, model, different);
    await removeRows(tx, model, surplus);
  }
  return changed;
}

/** The positions of those aggregates that the consumer has met; they stay until the end of the transaction. */
async function heldPositions(tx: Tx, consumer: string, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ id: string; sequence: number }>(
    `select aggregate_id as id, sequence from consumer_positions where consumer_name = $1 and aggregate_id = any($2::uuid[])
     order by aggregate_id for share`,
    [consumer, ids],
  );
  return new Map(rows.map(({ id, sequence }) => [id, sequence]));
}

const idsOf = (events: readonly LoggedEvent[]): string[] => events.map(({ event }) => event.id);

/** `next` null: there is no more. */
export type Sweep = { readonly next: string | null; readonly changed: number };

const rowsAtOnce = 1_000;

/** Takes out rows that no event says any more, though the log reaches back to them; those it does not reach back to stay. Over all tenants, as app_system. */
export async function sweepRows(
  tx: Tx,
  model: ReadModel,
  { ordered, types, onlyCompares }: Comparison,
  after: string | null,
): Promise<Sweep> {
  // By its moment, too, an event is looked for in one month of the log only.
  const says = ordered
    ? 'event.aggregate_id = page.key and $2::text[] is not null'
    : 'event.event_id = page.key and event.created_at = page.since and event.event_type = any($2::text[])';
  const { rows } = await tx.query<{ key: string; is_surplus: boolean }>(
    `with page as (select ${model.key} as key, tenant_id, ${model.since} as since from ${model.table}
       where $1::uuid is null or ${model.key} > $1 order by ${model.key} limit ${rowsAtOnce})
     select key, case when said.so then false else coalesce(
         since >= (select created_at from outbox_events event where event.tenant_id = page.tenant_id order by event.id limit 1), false) end as is_surplus
     from page left join lateral (select true as so from outbox_events event where ${says} limit 1) said on true order by key`,
    [after, types],
  );
  const suspects = rows.flatMap(({ key, is_surplus }) => (is_surplus ? [key] : []));
  const surplus = ordered || suspects.length === 0 ? suspects : await unsaid(tx, suspects, types);
  if (!onlyCompares) await removeRows(tx, model, surplus);
  return { next: rows.length < rowsAtOnce ? null : (rows.at(-1)?.key ?? null), changed: surplus.length };
}

/** Those that no event says in any month: the moment of the row may be what is wrong. */
async function unsaid(tx: Tx, ids: readonly string[], types: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from unnest($1::uuid[]) as given (id)
     where not exists (select from outbox_events event where event.event_id = given.id and event.event_type = any($2::text[]))`,
    [ids, types],
  );
  return rows.map(({ id }) => id);
}
