// What the database needs done now and then, by whichever process runs it: expired keys deleted, partitions of the outbox made ahead.
import { deleteExpiredKeys } from './idempotency.ts';
import type { Tx } from './transaction.ts';

/** Does it, as app_system. Cheap when there is nothing to do; any number of processes may. */
export async function maintainDatabase(tx: Tx): Promise<void> {
  await deleteExpiredKeys(tx);
  await tx.query('select ensure_outbox_partitions(2)');
  // Acks of messages that never come (own ones in groups, those from before the channel was connected) do not wait for ever.
  await tx.query(
    `update raw_events set status = 'ignored', last_error = 'its message never came', settled_at = now()
     where status = 'waiting' and received_at < now() - interval '7 days'`,
  );
}
