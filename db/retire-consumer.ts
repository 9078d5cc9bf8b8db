// A consumer that is in no process's table any more is forgotten: what waited for it, its places, its requests. What it has made stays.
import { violated } from '../domain/kernel/errors.ts';
import { consumerOverview } from './consumer-overview.ts';
import { ringConsumerRequests } from './consumer-requests.ts';
import type { Tx } from './transaction.ts';

/** What goes with it, for good. */
export type Retired = { readonly dead: number; readonly parked: number; readonly waiting: number };

const tables = [
  'consumer_resends',
  'parked_events',
  'consumer_failures',
  'consumer_positions',
  'consumer_starts',
  'consumer_controls',
  'consumer_status',
] as const;

/** Counts, and unless `dryRun` forgets it. Throws not_found, rule_violated: a process still runs it. As app_system. */
export async function retireConsumer(
  tx: Tx,
  name: string,
  { now, dryRun }: { readonly now: Date; readonly dryRun: boolean },
): Promise<Retired> {
  const { dead, parked, inRetry, toSendAgain, queue } = await consumerOverview(tx, now, name);
  // Each process that has it in its table looks at its queues every few seconds.
  const { rowCount: isRun } = await tx.query(
    "select from consumer_status where consumer_name = $1 and looked_at > clock_timestamp() - interval '1 minute'",
    [name],
  );
  if (isRun || (queue && queue.subscribers > 0))
    throw violated(
      'still_run',
      `A process still runs ${name}: take it out of the table and deploy that first, then wait a minute.`,
    );
  if (!dryRun) {
    await tx.query(
      "update consumer_requests set state = 'failed', ended_at = now(), last_error = 'the consumer was retired' where consumer_name = $1 and ended_at is null",
      [name],
    );
    for (const table of tables) await tx.query(`delete from ${table} where consumer_name = $1`, [name]);
    await ringConsumerRequests(tx);
  }
  return { dead: dead.count, parked: parked.events, waiting: inRetry + toSendAgain };
}
