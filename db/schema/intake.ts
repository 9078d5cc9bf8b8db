// Gateway events as they arrived. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** What `status` of a stored event can be. */
export const rawEventStatuses = [
  'stored',
  'started',
  'waiting',
  'processed',
  'duplicate',
  'ignored',
  'compensated',
  'failed',
] as const;

/** Rows of `raw_events`. */
export const rawEvents = pgTable('raw_events', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  channelId: uuid('channel_id').notNull(),
  arrival: bigint('arrival', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
  gatewayEventId: text('gateway_event_id').notNull(),
  eventName: text('event_name').notNull(),
  kind: text('kind').notNull(),
  messageKey: uuid('message_key'),
  body: text('body').notNull(),
  bodyKey: text('body_key'),
  status: text('status', { enum: rawEventStatuses }).notNull(),
  workflowId: text('workflow_id'),
  runNumber: integer('run_number').notNull().default(sql`1`),
  attempts: integer('attempts').notNull().default(sql`0`),
  nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull().defaultNow(),
  lastError: text('last_error'),
  contactId: uuid('contact_id'),
  receivedAt: timestamp('received_at', { withTimezone: true }).notNull().defaultNow(),
  settledAt: timestamp('settled_at', { withTimezone: true }),
});
