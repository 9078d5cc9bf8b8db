// What the consumer processes tell of each consumer: what it is, how its queues were last seen, up to where it is done with the log.
import type { Tx } from './transaction.ts';

/** A consumer as its row says. `rebuildRefusal` null: it can be rebuilt. */
export type ConsumerDescription = {
  readonly name: string;
  readonly ordered: boolean;
  readonly eventTypes: readonly string[];
  readonly queue: string;
  readonly deadQueue: string;
  readonly rebuildRefusal: string | null;
};

/** A look at its queues. Null: nobody knows; `problem` says why. */
export type QueueLook = {
  readonly ready: number | null;
  readonly unacked: number | null;
  readonly subscribers: number | null;
  readonly deadReady: number | null;
  readonly problem: string | null;
};

/** A described consumer with the last look at it; `lookedAt` null: nobody has looked yet. */
export type ConsumerStatus = ConsumerDescription & QueueLook & { readonly lookedAt: Date | null };

/** Writes what consumers there are. A new one begins at the end of the log: what was sent before it had a queue never comes to it. For the role app_system. */
export async function describeConsumers(tx: Tx, consumers: readonly ConsumerDescription[]): Promise<void> {
  for (const { name, ordered, eventTypes, queue, deadQueue, rebuildRefusal } of consumers)
    await tx.query(
      `insert into consumer_status (consumer_name, ordered, event_types, queue, dead_queue, rebuild_refusal, done_up_to)
       values ($1, $2, $3, $4, $5, $6, (select least(case when is_called then last_value else 0 end, (select min(id) - 1 from outbox_events where status = 'pending')) from outbox_events_id_seq))
       on conflict (consumer_name) do update set ordered = excluded.ordered, event_types = excluded.event_types, queue = excluded.queue,
         dead_queue = excluded.dead_queue, rebuild_refusal = excluded.rebuild_refusal`,
      [name, ordered, eventTypes, queue, deadQueue, rebuildRefusal],
    );
}

/** Notes a look at a consumer's queues. For the role app_system. */
export async function noteLook(tx: Tx, name: string, look: QueueLook): Promise<void> {
  const { ready, unacked, subscribers, deadReady, problem } = look;
  await tx.query(
    `update consumer_status set ready = $2, unacked = $3, subscribers = $4, dead_ready = $5, problem = $6, looked_at = clock_timestamp()
     where consumer_name = $1`,
    [name, ready, unacked, subscribers, deadReady, problem],
  );
}

/** All consumers by name, or the one that is named. */
export async function consumerStatus(tx: Tx, name: string | null = null): Promise<ConsumerStatus[]> {
  const { rows } = await tx.query<ConsumerStatus>(
    `select consumer_name as name, ordered, event_types as "eventTypes", queue, dead_queue as "deadQueue", rebuild_refusal as "rebuildRefusal",
       ready, unacked, subscribers, dead_ready as "deadReady", problem, looked_at as "lookedAt"
     from consumer_status where $1::text is null or consumer_name = $1 order by consumer_name`,
    [name],
  );
  return rows;
}
