// The consumers of a chaos run: their rows, and a handler that writes each effect down in the transaction of its claim.
import { timelineTypes } from '../../db/projections/contact-timeline.ts';
import {
  type ConsumerRow,
  type Handle,
  isOrdered,
  matchesPattern,
  patternsOf,
} from '../../workers/consumers/consumer.ts';
import { consumerRows } from '../../workers/consumers/rows.ts';
import type { LedgerConsumer } from '../support/invariants.ts';

/** Shorter than the product's: a run waits for them. */
const retryDelaysMs = [200, 500, 1_000];

/** The rows by name; the product's own timeline is one of them. */
export const chaosRows = {
  chaos_ordered: {
    name: 'chaos_ordered',
    on: { aggregates: ['contact', 'message'] },
    prefetch: 100,
    concurrency: 8,
    maxAttempts: 5,
    queueVersion: 1,
    retryDelaysMs,
    startsAt: 'first',
  },
  chaos_unordered: {
    name: 'chaos_unordered',
    on: { types: ['contact.#', 'message.#'] },
    prefetch: 100,
    concurrency: 4,
    maxAttempts: 5,
    queueVersion: 1,
    retryDelaysMs,
    // One of the two takes effect event by event, the other many at once.
    batch: { max: 50, waitMs: 0 },
  },
  contact_event_consumer: consumerRows.contact_event_consumer,
} as const satisfies Record<string, ConsumerRow>;

/** The name of a consumer of a chaos run. */
export type ChaosConsumerName = keyof typeof chaosRows;

/** What the ledger needs to know of a consumer. */
export function ledgerConsumer(row: ConsumerRow): LedgerConsumer {
  const patterns = row.name === chaosRows.contact_event_consumer.name ? timelineTypes : patternsOf(row);
  return {
    name: row.name,
    isOrdered: isOrdered(row),
    binds: (type) => patterns.some((one) => matchesPattern(one, type)),
  };
}

/** Writes the effect down, and whether it could see another tenant: asked of a small table, once an effect. */
export function recordEffect(consumer: string): Handle {
  return async (event, tx) => {
    await tx.query(
      `insert into chaos_effects (consumer, event_id, aggregate_id, sequence, tenant_id, foreign_rows)
       select $1, $2, $3, $4, $5, case when exists (select from tenants where tenant_id <> $5) then 1 else 0 end`,
      [consumer, event.id, event.aggregateId, event.sequence, event.tenantId],
    );
  };
}
