// What folds begin with: snapshots, and the bases of logs that are not whole. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const place = {
  aggregateType: text('aggregate_type').notNull(),
  aggregateId: uuid('aggregate_id').notNull(),
  sequenceNumber: bigint('sequence_number', { mode: 'number' }).notNull(),
  tenantId: text('tenant_id').notNull(),
};

/** Rows of `event_snapshots`. */
export const eventSnapshots = pgTable(
  'event_snapshots',
  {
    ...place,
    eventId: uuid('event_id').notNull(),
    asOf: timestamp('as_of', { withTimezone: true }).notNull(),
    schemaHash: text('schema_hash').notNull(),
    state: text('state').notNull(),
    contentHash: text('content_hash').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.aggregateType, table.aggregateId, table.sequenceNumber] })],
);

/** Rows of `event_store_bases`. */
export const eventStoreBases = pgTable(
  'event_store_bases',
  {
    ...place,
    asOf: timestamp('as_of', { withTimezone: true }).notNull(),
    state: jsonb('state').notNull(),
  },
  (table) => [primaryKey({ columns: [table.aggregateType, table.aggregateId] })],
);
