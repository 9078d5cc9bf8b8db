// The outbox, the event store and the relay's leases. Partitions are the migrations' business. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, integer, jsonb, pgTable, primaryKey, smallint, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** What `status` of an event can be. */
export const outboxStatuses = ['pending', 'processed', 'failed', 'discarded'] as const;

/** Rows of `outbox_events`. */
export const outboxEvents = pgTable(
  'outbox_events',
  {
    id: bigint('id', { mode: 'number' }).notNull().default(sql`nextval('outbox_events_id_seq'::regclass)`),
    eventId: uuid('event_id').notNull(),
    aggregateId: uuid('aggregate_id').notNull(),
    aggregateType: text('aggregate_type').notNull(),
    aggregateSequence: bigint('aggregate_sequence', { mode: 'number' }).notNull(),
    eventType: text('event_type').notNull(),
    eventVersion: text('event_version').notNull(),
    eventData: jsonb('event_data').notNull(),
    metadata: jsonb('metadata').notNull(),
    correlationId: uuid('correlation_id').notNull(),
    tenantId: text('tenant_id').notNull(),
    projectId: uuid('project_id'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    partitionKey: smallint('partition_key')
      .notNull()
      .generatedAlwaysAs(sql`((uuid_hash_extended(aggregate_id, (0)::bigint) & (63)::bigint))::smallint`),
    status: text('status', { enum: outboxStatuses }).notNull().default(sql`'pending'::text`),
    processedAt: timestamp('processed_at', { withTimezone: true }),
    retryCount: integer('retry_count').notNull().default(sql`0`),
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }),
    lastRetryAt: timestamp('last_retry_at', { withTimezone: true }),
    lastError: text('last_error'),
    discardedAt: timestamp('discarded_at', { withTimezone: true }),
    discardNote: text('discard_note'),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.createdAt] })],
);

/** Rows of `event_store`. */
export const eventStore = pgTable(
  'event_store',
  {
    id: uuid('id').notNull(),
    aggregateId: uuid('aggregate_id').notNull(),
    aggregateType: text('aggregate_type').notNull(),
    eventType: text('event_type').notNull(),
    eventVersion: text('event_version').notNull(),
    sequenceNumber: bigint('sequence_number', { mode: 'number' }).notNull(),
    eventData: jsonb('event_data').notNull(),
    metadata: jsonb('metadata').notNull(),
    occurredAt: timestamp('occurred_at', { withTimezone: true }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    tenantId: text('tenant_id').notNull(),
    projectId: uuid('project_id'),
    causationId: uuid('causation_id').notNull(),
    correlationId: uuid('correlation_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.aggregateType, table.aggregateId, table.sequenceNumber] })],
);

/** Rows of `relay_processes`. */
export const relayProcesses = pgTable('relay_processes', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  joinedAt: timestamp('joined_at', { withTimezone: true }).notNull().default(sql`clock_timestamp()`),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
});

/** Rows of `relay_leases`. */
export const relayLeases = pgTable('relay_leases', {
  partitionKey: smallint('partition_key').primaryKey(),
  owner: uuid('owner'),
  fence: bigint('fence', { mode: 'number' }).notNull().default(sql`0`),
});
