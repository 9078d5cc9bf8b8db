// Brings a dead-letter queue and the database together: copies of events that have taken effect go; letters that the broker wrote by itself get a row.
import type { GetMessage } from 'amqplib';
import type { Pool } from '../../db/pool.ts';
import { inSystem, type Tx } from '../../db/transaction.ts';
import type { Delivery } from '../consumers/parse-delivery.ts';
import type { Broker } from './broker.ts';
import type { OperatedConsumer } from './operated-consumer.ts';
import { walkDeadQueue } from './walk-dead-queue.ts';

/** What a round did: copies that went, letters that got a row, messages that are none of our events. */
export type Tidied = { readonly removed: number; readonly adopted: number; readonly foreign: number };

/** Goes once through what is in the queue now. */
export async function tidyDeadQueue(
  { systemPool, broker }: { readonly systemPool: Pool; readonly broker: Broker },
  { name, deadQueue }: Pick<OperatedConsumer, 'name' | 'deadQueue'>,
): Promise<Tidied> {
  const tidied = { removed: 0, adopted: 0, foreign: 0 };
  const kept = new Set<string>();
  await walkDeadQueue(broker, deadQueue, async ({ message, delivery }) => {
    if (!delivery) {
      tidied.foreign += 1;
      return 'kept';
    }
    const fate = await inSystem(systemPool, (tx) => fateOf(tx, name, delivery, reasonOf(message)));
    if (fate === 'settled' || kept.has(delivery.event.id)) {
      tidied.removed += 1;
      return 'removed';
    }
    if (fate === 'adopted') tidied.adopted += 1;
    kept.add(delivery.event.id);
    return 'kept';
  });
  return tidied;
}

/** The broker gives up what killed its consumer too often, and says so in a header of its own. */
function reasonOf({ properties }: GetMessage): string {
  const own: unknown = properties.headers?.['x-dead-reason'];
  if (typeof own === 'string') return own;
  const why: unknown = properties.headers?.['x-first-death-reason'];
  return `given up by the broker (${typeof why === 'string' ? why : 'unknown reason'}): its consumer ended each time before it was done`;
}

async function fateOf(
  tx: Tx,
  consumer: string,
  { event }: Delivery,
  reason: string,
): Promise<'settled' | 'adopted' | 'kept'> {
  const { rows } = await tx.query<{ settled: boolean; known: boolean }>(
    `select exists (select from processed_events where consumer_name = $1 and event_id = $2)
         or exists (select from discarded_letters where consumer_name = $1 and event_id = $2)
         or exists (select from consumer_positions where consumer_name = $1 and aggregate_id = $3 and sequence >= $4) as settled,
       exists (select from consumer_failures where consumer_name = $1 and event_id = $2) as known`,
    [consumer, event.id, event.aggregateId, event.sequence],
  );
  if (rows[0]?.settled) return 'settled';
  if (rows[0]?.known) return 'kept';
  const { rowCount } = await tx.query(
    `insert into consumer_failures (consumer_name, event_id, tenant_id, event_type, aggregate_id, attempts, last_error, dead_at, sequence)
     values ($1, $2, $3, $4, $5, 1, $6, now(), $7) on conflict do nothing`,
    [consumer, event.id, event.tenantId, event.type, event.aggregateId, reason, event.sequence],
  );
  return rowCount === 1 ? 'adopted' : 'kept';
}
