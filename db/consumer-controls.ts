// Pausing and resuming consumers: an operator's word in the database, which every consumer process follows within a few seconds.
import type { Tx } from './transaction.ts';

/** A consumer that is paused: since when and, if told, why. */
export type PausedConsumer = { readonly name: string; readonly pausedAt: Date; readonly note: string | null };

/** The channel that hints at a change; whoever listens also polls. */
export const consumerControlsChannel = 'consumer_controls';

/** The consumers that take nothing: paused by an operator, or kept still while a rebuild clears. For the role app_system. */
export async function pausedConsumers(tx: Tx): Promise<PausedConsumer[]> {
  const { rows } = await tx.query<{ consumer_name: string; paused_at: Date; paused_note: string | null }>(
    `select consumer_name, coalesce(paused_at, rebuild_since) as paused_at, case when paused_at is null then 'rebuild ' || rebuild_id else paused_note end as paused_note
     from consumer_controls where paused_at is not null or rebuild_id is not null order by consumer_name`,
  );
  return rows.map((row) => ({ name: row.consumer_name, pausedAt: row.paused_at, note: row.paused_note }));
}

/** Pauses a consumer everywhere; false: it was paused before, and keeps its moment and note. For the role app_system. */
export async function pauseConsumer(tx: Tx, name: string, note: string | null): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into consumer_controls (consumer_name, paused_at, paused_note) values ($1, now(), $2)
     on conflict (consumer_name) do update set paused_at = now(), paused_note = excluded.paused_note, updated_at = now()
       where consumer_controls.paused_at is null`,
    [name, note],
  );
  if (rowCount === 1) await hint(tx);
  return rowCount === 1;
}

/** Whether an operator has paused it; a rebuild that keeps it still does not count. For the role app_system. */
export async function isPausedByOperator(tx: Tx, name: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select from consumer_controls where consumer_name = $1 and paused_at is not null',
    [name],
  );
  return rowCount === 1;
}

/** Lets a consumer go on, also one that a rebuild keeps still: that only saves work. False: it was not paused. For the role app_system. */
export async function resumeConsumer(tx: Tx, name: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update consumer_controls set paused_at = null, paused_note = null, rebuild_id = null, rebuild_since = null, updated_at = now()
     where consumer_name = $1 and (paused_at is not null or rebuild_id is not null)`,
    [name],
  );
  if (rowCount === 1) await hint(tx);
  return rowCount === 1;
}

/** Keeps a consumer still for a rebuild, beside any operator's pause. For the role app_system. */
export async function holdForRebuild(tx: Tx, name: string, requestId: string): Promise<void> {
  await tx.query(
    `insert into consumer_controls (consumer_name, rebuild_id, rebuild_since) values ($1, $2, now())
     on conflict (consumer_name) do update set rebuild_id = excluded.rebuild_id, rebuild_since = now(), updated_at = now()
       where consumer_controls.rebuild_id is distinct from excluded.rebuild_id`,
    [name, requestId],
  );
  await hint(tx);
}

/** Ends that; an operator's pause stays. For the role app_system. */
export async function releaseFromRebuild(tx: Tx, name: string, requestId: string): Promise<void> {
  await tx.query(
    `update consumer_controls set rebuild_id = null, rebuild_since = null, updated_at = now() where consumer_name = $1 and rebuild_id = $2`,
    [name, requestId],
  );
  await hint(tx);
}

/** Inside the transaction: an operator's few changes serialise nobody's commits. */
async function hint(tx: Tx): Promise<void> {
  await tx.query(`notify ${consumerControlsChannel}`);
}
