// Pausing and resuming consumers: an operator's word in the database, which every consumer process follows within a few seconds.
import type { Tx } from './transaction.ts';

/** A consumer that is paused: since when and, if told, why. */
export type PausedConsumer = { readonly name: string; readonly pausedAt: Date; readonly note: string | null };

/** The channel that hints at a change; whoever listens also polls. */
export const consumerControlsChannel = 'consumer_controls';

/** The paused consumers; for the role app_system. */
export async function pausedConsumers(tx: Tx): Promise<PausedConsumer[]> {
  const { rows } = await tx.query<{ consumer_name: string; paused_at: Date; paused_note: string | null }>(
    'select consumer_name, paused_at, paused_note from consumer_controls where paused_at is not null order by consumer_name',
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

/** Lets a consumer go on; false: it was not paused. For the role app_system. */
export async function resumeConsumer(tx: Tx, name: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update consumer_controls set paused_at = null, paused_note = null, updated_at = now()
     where consumer_name = $1 and paused_at is not null`,
    [name],
  );
  if (rowCount === 1) await hint(tx);
  return rowCount === 1;
}

/** Inside the transaction: an operator's few changes serialise nobody's commits. */
async function hint(tx: Tx): Promise<void> {
  await tx.query(`notify ${consumerControlsChannel}`);
}
