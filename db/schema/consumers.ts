// What consumers remember: claims, failures, positions, parked events, pauses, beginnings. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { xid8 } from './column-types.ts';

/** Rows of `processed_events`. */
export const processedEvents = pgTable(
  'processed_events',
  {
    eventId: uuid('event_id').notNull(),
    consumerName: text('consumer_name').notNull(),
    tenantId: text('tenant_id').notNull(),
    processedAt: timestamp('processed_at', { withTimezone: true }).notNull().defaultNow(),
    processingDurationMs: integer('processing_duration_ms').notNull().default(sql`0`),
  },
  (table) => [primaryKey({ columns: [table.consumerName, table.eventId] })],
);

/** Rows of `consumer_failures`. */
export const consumerFailures = pgTable(
  'consumer_failures',
  {
    consumerName: text('consumer_name').notNull(),
    eventId: uuid('event_id').notNull(),
    tenantId: text('tenant_id').notNull(),
    eventType: text('event_type').notNull(),
    aggregateId: uuid('aggregate_id').notNull(),
    attempts: integer('attempts').notNull(),
    lastError: text('last_error').notNull(),
    firstFailedAt: timestamp('first_failed_at', { withTimezone: true }).notNull().defaultNow(),
    lastFailedAt: timestamp('last_failed_at', { withTimezone: true }).notNull().defaultNow(),
    deadAt: timestamp('dead_at', { withTimezone: true }),
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }),
    sequence: bigint('sequence', { mode: 'number' }),
  },
  (table) => [primaryKey({ columns: [table.consumerName, table.eventId] })],
);

/** Rows of `consumer_positions`. */
export const consumerPositions = pgTable(
  'consumer_positions',
  {
    consumerName: text('consumer_name').notNull(),
    aggregateId: uuid('aggregate_id').notNull(),
    tenantId: text('tenant_id').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.consumerName, table.aggregateId] })],
);

/** Rows of `parked_events`. */
export const parkedEvents = pgTable(
  'parked_events',
  {
    consumerName: text('consumer_name').notNull(),
    aggregateId: uuid('aggregate_id').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    tenantId: text('tenant_id').notNull(),
    eventId: uuid('event_id').notNull(),
    skip: boolean('skip').notNull(),
    envelope: jsonb('envelope').notNull(),
    parkedAt: timestamp('parked_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.consumerName, table.aggregateId, table.sequence] })],
);

/** Rows of `consumer_controls`. */
export const consumerControls = pgTable('consumer_controls', {
  consumerName: text('consumer_name').primaryKey(),
  pausedAt: timestamp('paused_at', { withTimezone: true }),
  pausedNote: text('paused_note'),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  rebuildId: uuid('rebuild_id'),
  rebuildSince: timestamp('rebuild_since', { withTimezone: true }),
});

/** Rows of `consumer_starts`. */
export const consumerStarts = pgTable('consumer_starts', {
  consumerName: text('consumer_name').primaryKey(),
  logPosition: bigint('log_position', { mode: 'number' }).notNull(),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull().defaultNow(),
});

/** Rows of `consumer_status`. */
export const consumerStatus = pgTable('consumer_status', {
  consumerName: text('consumer_name').primaryKey(),
  ordered: boolean('ordered').notNull(),
  eventTypes: text('event_types').array().notNull(),
  queue: text('queue').notNull(),
  deadQueue: text('dead_queue').notNull(),
  rebuildRefusal: text('rebuild_refusal'),
  ready: bigint('ready', { mode: 'number' }),
  unacked: bigint('unacked', { mode: 'number' }),
  subscribers: integer('subscribers'),
  deadReady: bigint('dead_ready', { mode: 'number' }),
  problem: text('problem'),
  lookedAt: timestamp('looked_at', { withTimezone: true }),
  doneUpTo: bigint('done_up_to', { mode: 'number' }).notNull().default(sql`0`),
});

/** Rows of `consumer_resends`. */
export const consumerResends = pgTable(
  'consumer_resends',
  {
    consumerName: text('consumer_name').notNull(),
    eventId: uuid('event_id').notNull(),
    tenantId: text('tenant_id').notNull(),
    skip: boolean('skip').notNull(),
    requestedAt: timestamp('requested_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.consumerName, table.eventId] })],
);

/** Rows of `discarded_letters`. */
export const discardedLetters = pgTable(
  'discarded_letters',
  {
    consumerName: text('consumer_name').notNull(),
    eventId: uuid('event_id').notNull(),
    tenantId: text('tenant_id').notNull(),
    eventType: text('event_type').notNull(),
    aggregateId: uuid('aggregate_id').notNull(),
    attempts: integer('attempts').notNull(),
    lastError: text('last_error').notNull(),
    note: text('note').notNull(),
    discardedAt: timestamp('discarded_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.consumerName, table.eventId] })],
);

/** Rows of `consumer_requests`. */
export const consumerRequests = pgTable('consumer_requests', {
  id: uuid('id').primaryKey(),
  consumerName: text('consumer_name').notNull(),
  kind: text('kind').notNull(),
  tenantId: text('tenant_id'),
  rangeFrom: timestamp('range_from', { withTimezone: true }),
  rangeTo: timestamp('range_to', { withTimezone: true }),
  eventTypes: text('event_types').array(),
  state: text('state').notNull().default('waiting'),
  total: bigint('total', { mode: 'number' }).notNull(),
  cleared: bigint('cleared', { mode: 'number' }).notNull().default(sql`0`),
  sent: bigint('sent', { mode: 'number' }).notNull().default(sql`0`),
  settled: bigint('settled', { mode: 'number' }).notNull().default(sql`0`),
  atTenant: text('at_tenant'),
  position: bigint('position', { mode: 'number' }).notNull().default(sql`0`),
  endPosition: bigint('end_position', { mode: 'number' }),
  owner: uuid('owner'),
  leasedUntil: timestamp('leased_until', { withTimezone: true }),
  lastError: text('last_error'),
  requestedAt: timestamp('requested_at', { withTimezone: true }).notNull().defaultNow(),
  startedAt: timestamp('started_at', { withTimezone: true }),
  endedAt: timestamp('ended_at', { withTimezone: true }),
  acceptGap: boolean('accept_gap').notNull().default(sql`false`),
  compared: bigint('compared', { mode: 'number' }).notNull().default(sql`0`),
  changed: bigint('changed', { mode: 'number' }).notNull().default(sql`0`),
  onlyCompares: boolean('only_compares').notNull().default(sql`false`),
});

/** The row of `log_horizon`. */
export const logHorizon = pgTable('log_horizon', {
  isOnly: boolean('is_only').primaryKey().default(sql`true`),
  position: bigint('position', { mode: 'number' }).notNull().default(sql`0`),
  nextPosition: bigint('next_position', { mode: 'number' }).notNull().default(sql`0`),
  drawnAt: timestamp('drawn_at', { withTimezone: true }).notNull().default(sql`clock_timestamp()`),
  transactionId: xid8('transaction_id'),
});
