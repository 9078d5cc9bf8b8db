// The outbox's partitions of time: looked at, made ahead, dropped when their retention is over. All by the database's clock; any number of processes may.
import type { Tx } from './transaction.ts';

/**
 * One partition. `fromAt`, `toAt`: ISO 8601, null for the one that takes what has no month. `open`: events that are not sent yet or were given up (counted
 * up to 10,000). `isDue`: every event in it is older than the retention.
 */
export type OutboxPartition = {
  readonly name: string;
  readonly fromAt: string | null;
  readonly toAt: string | null;
  readonly bytes: number;
  readonly open: number;
  readonly isDue: boolean;
};

/** All of them, oldest first. */
export async function listPartitions(tx: Tx, keepDays: number): Promise<OutboxPartition[]> {
  const { rows } = await tx.query<{
    name: string;
    from: Date | null;
    to: Date | null;
    bytes: number;
    open: number;
    due: boolean;
  }>(
    `select name, from_at as "from", to_at as "to", bytes, open, coalesce(to_at <= clock_timestamp() - make_interval(days => $1), false) as due
     from outbox_partitions, lateral (
       select count(*) as open from (
         (select from outbox_events where status = 'pending' and created_at >= from_at and created_at < to_at limit 10000)
         union all
         (select from outbox_events where status = 'failed' and created_at >= from_at and created_at < to_at limit 10000)) found) counted
     order by from_at nulls last`,
    [keepDays],
  );
  return rows.map(({ name, from, to, bytes, open, due }) => ({
    name,
    fromAt: from?.toISOString() ?? null,
    toAt: to?.toISOString() ?? null,
    bytes,
    open,
    isDue: due,
  }));
}

/** Makes the months from the last one on to two after this one, without a gap; answers how many it made. */
export async function makePartitions(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ made: number }>('select ensure_outbox_partitions(2) as made');
  return rows[0]?.made ?? 0;
}

/** Drops a partition when it is due and all of it is done with, checked under its lock; answers why it stays, or null when it is gone. */
export async function dropPartition(tx: Tx, name: string, keepDays: number): Promise<string | null> {
  const { rows } = await tx.query<{ refusal: string | null }>('select drop_outbox_partition($1, $2) as refusal', [
    name,
    keepDays,
  ]);
  return rows[0]?.refusal ?? null;
}
