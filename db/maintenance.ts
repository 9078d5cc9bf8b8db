// What the database needs done now and then: partitions of the outbox made ahead and dropped after their retention, expired keys and old claims deleted.
// Cheap when there is nothing to do; any number of processes may, at once. A part that fails is said, and does not keep the others from being done.

import { forgetOldSignIns } from './agent-sign-ins.ts';
import { deleteExpiredKeys } from './idempotency.ts';
import { forgetOldClaims } from './old-claims.ts';
import { forgetOldTokens } from './one-time-tokens.ts';
import { archivePartition } from './outbox-archive.ts';
import { dropPartition, listPartitions, makePartitions } from './outbox-partitions.ts';
import type { Pool } from './pool.ts';

import { forgetOldAttempts } from './sign-in-attempts.ts';
import { inSystem, type Tx } from './transaction.ts';

/**
 * `keepDays`: how long an event stays in the outbox at least. `archiveFolder`: where a partition is copied to before it is dropped; 'none' drops it without
 * a copy; undefined keeps it, and says so. `signal`: ends what takes long.
 */
export type MaintenanceOptions = {
  readonly keepDays: number;
  readonly archiveFolder?: string | undefined;
  readonly signal?: AbortSignal;
};

/** What was done, and in `problems` what could not be, and what to do about it. */
export type MaintenanceReport = {
  readonly made: number;
  readonly dropped: readonly string[];
  readonly claimsForgotten: number;
  readonly problems: readonly string[];
};

/** Does it, as app_system. Never throws. */
export async function maintainDatabase(pool: Pool, options: MaintenanceOptions): Promise<MaintenanceReport> {
  const problems: string[] = [];
  const attempt = async <T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  };
  const one = <T>(what: string, otherwise: T, work: (tx: Tx) => Promise<T>): Promise<T> =>
    attempt(what, otherwise, () => inSystem(pool, work));

  const made = await one('making partitions of the outbox', 0, makePartitions);
  const dropped: string[] = [];
  await attempt('dropping old partitions of the outbox', undefined, () => dropDue(pool, options, dropped, problems));
  await one('deleting expired keys', 0, deleteExpiredKeys);
  await one('deleting what sign-ins leave', undefined, async (tx) => {
    await forgetOldAttempts(tx);
    await forgetOldTokens(tx);
    await forgetOldSignIns(tx);
  });
  await one('ending what waits for a message that never came', undefined, ignoreWaiting);
  const claimsForgotten = await attempt('forgetting old claims', 0, () => forgetOldClaims(pool, options.keepDays));
  return { made, dropped, claimsForgotten, problems };
}

async function dropDue(
  pool: Pool,
  { keepDays, archiveFolder, signal }: MaintenanceOptions,
  dropped: string[],
  problems: string[],
): Promise<void> {
  const due = (await inSystem(pool, (tx) => listPartitions(tx, keepDays))).filter(({ isDue }) => isDue);
  for (const partition of due) {
    const { name, open } = partition;
    if (open > 0)
      problems.push(
        `${name} is older than the retention but holds ${open} events that are not sent: redrive or discard them`,
      );
    else if (archiveFolder === undefined)
      problems.push(
        `${name} is older than the retention: set OUTBOX_ARCHIVE_FOLDER to where it is copied to, or to none`,
      );
    else if (
      archiveFolder === 'none' ||
      (await inSystem(pool, (tx) => archivePartition(tx, partition, archiveFolder, signal)))
    ) {
      const refusal = await inSystem(pool, (tx) => dropPartition(tx, name, keepDays));
      if (refusal === null) dropped.push(name);
      // Another process at the same work is no problem.
      else if (!/another process|no such partition/.test(refusal)) problems.push(`${name} stays: ${refusal}`);
    }
  }
}

/** Acks of messages that never come (own ones in groups, those from before the channel was connected) do not wait for ever. */
async function ignoreWaiting(tx: Tx): Promise<void> {
  await tx.query(
    `update raw_events set status = 'ignored', last_error = 'its message never came', settled_at = now()
     where status = 'waiting' and received_at < now() - interval '7 days'`,
  );
}
