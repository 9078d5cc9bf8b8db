// Read models that consumers build: the timeline, delivery states. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, boolean, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { xid8 } from './column-types.ts';

/** Rows of `contact_events`. */
export const contactEvents = pgTable('contact_events', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id'),
  contactId: uuid('contact_id').notNull(),
  eventId: uuid('event_id').notNull(),
  eventType: text('event_type').notNull(),
  category: text('category').notNull(),
  title: text('title').notNull(),
  payload: jsonb('payload').notNull(),
  visibleToClient: boolean('visible_to_client').notNull(),
  visibleToAgent: boolean('visible_to_agent').notNull(),
  priority: text('priority').notNull(),
  occurredAt: timestamp('occurred_at', { withTimezone: true }).notNull(),
  position: bigint('position', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
  transactionId: xid8('transaction_id').notNull().default(sql`pg_current_xact_id()`),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

/** Rows of `message_deliveries`. */
export const messageDeliveries = pgTable('message_deliveries', {
  messageId: uuid('message_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id'),
  contactId: uuid('contact_id'),
  fromMe: boolean('from_me'),
  status: text('status').notNull(),
  queuedAt: timestamp('queued_at', { withTimezone: true }),
  sentAt: timestamp('sent_at', { withTimezone: true }),
  deliveredAt: timestamp('delivered_at', { withTimezone: true }),
  readAt: timestamp('read_at', { withTimezone: true }),
  playedAt: timestamp('played_at', { withTimezone: true }),
  failedAt: timestamp('failed_at', { withTimezone: true }),
  failureReason: text('failure_reason'),
  lastSequence: bigint('last_sequence', { mode: 'number' }).notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});
