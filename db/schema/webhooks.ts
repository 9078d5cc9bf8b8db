// Webhook subscriptions, their deliveries and attempts. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `webhook_subscriptions`. */
export const webhookSubscriptions = pgTable('webhook_subscriptions', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  userId: uuid('user_id').notNull(),
  name: text('name').notNull(),
  url: text('url').notNull(),
  events: text('events').array().notNull(),
  subscribeContactEvents: boolean('subscribe_contact_events').notNull(),
  contactEventTypes: text('contact_event_types').array().notNull(),
  contactEventCategories: text('contact_event_categories').array().notNull(),
  active: boolean('active').notNull(),
  secrets: text('secrets').notNull(),
  headers: text('headers').notNull(),
  headerNames: jsonb('header_names').notNull(),
  retryCount: integer('retry_count').notNull(),
  timeoutSeconds: integer('timeout_seconds').notNull(),
  disabledReason: text('disabled_reason'),
  disabledAt: timestamp('disabled_at', { withTimezone: true }),
  lastTriggeredAt: timestamp('last_triggered_at', { withTimezone: true }),
  lastSuccessAt: timestamp('last_success_at', { withTimezone: true }),
  lastFailureAt: timestamp('last_failure_at', { withTimezone: true }),
  successCount: bigint('success_count', { mode: 'number' }).notNull(),
  failureCount: bigint('failure_count', { mode: 'number' }).notNull(),
  givenUpInRow: integer('given_up_in_row').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});

/** Rows of `webhook_deliveries`. */
export const webhookDeliveries = pgTable('webhook_deliveries', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id'),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  subscriptionId: uuid('subscription_id').notNull(),
  eventId: uuid('event_id').notNull(),
  eventType: text('event_type').notNull(),
  eventName: text('event_name').notNull(),
  status: text('status').notNull(),
  attempts: integer('attempts').notNull(),
  maxAttempts: integer('max_attempts').notNull(),
  nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }),
  lastStatusCode: integer('last_status_code'),
  lastReason: text('last_reason'),
  endedAt: timestamp('ended_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `webhook_attempts`. */
export const webhookAttempts = pgTable(
  'webhook_attempts',
  {
    tenantId: text('tenant_id').notNull(),
    deliveryId: uuid('delivery_id').notNull(),
    attempt: integer('attempt').notNull(),
    requestId: uuid('request_id').notNull(),
    result: text('result').notNull(),
    statusCode: integer('status_code'),
    reason: text('reason'),
    answer: text('answer'),
    startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
    durationMs: integer('duration_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.deliveryId, table.attempt] })],
);
