// Read models that consumers build: the timeline, delivery states, session analytics, campaign results. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
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

/** Rows of `session_analytics`. */
export const sessionAnalytics = pgTable('session_analytics', {
  sessionId: uuid('session_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id'),
  channelId: uuid('channel_id'),
  agentId: uuid('agent_id'),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
  endedAt: timestamp('ended_at', { withTimezone: true }),
  endReason: text('end_reason'),
  durationSeconds: bigint('duration_seconds', { mode: 'number' }),
  contactMessageCount: integer('contact_message_count').notNull(),
  ownMessageCount: integer('own_message_count').notNull(),
  firstResponseSeconds: bigint('first_response_seconds', { mode: 'number' }),
  responseCount: integer('response_count').notNull(),
  responseSeconds: bigint('response_seconds', { mode: 'number' }).notNull(),
  reassignmentCount: integer('reassignment_count').notNull(),
  resolvedAt: timestamp('resolved_at', { withTimezone: true }),
  escalatedAt: timestamp('escalated_at', { withTimezone: true }),
  abandonedAt: timestamp('abandoned_at', { withTimezone: true }),
  unanswered: jsonb('unanswered').notNull(),
  lastAnswer: jsonb('last_answer'),
});

/** Rows of `campaign_result_enrollments`. */
export const campaignResultEnrollments = pgTable('campaign_result_enrollments', {
  enrollmentId: uuid('enrollment_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  campaignId: uuid('campaign_id').notNull(),
  contactId: uuid('contact_id').notNull(),
  status: text('status').notNull(),
  enrolledAt: timestamp('enrolled_at', { withTimezone: true }).notNull(),
  stepOrder: integer('step_order').notNull(),
  completedAt: timestamp('completed_at', { withTimezone: true }),
  exitedAt: timestamp('exited_at', { withTimezone: true }),
  exitReason: text('exit_reason'),
});

/** Rows of `campaign_result_messages`. */
export const campaignResultMessages = pgTable('campaign_result_messages', {
  messageId: uuid('message_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  campaignId: uuid('campaign_id').notNull(),
  contactId: uuid('contact_id').notNull(),
  status: text('status').notNull(),
  queuedAt: timestamp('queued_at', { withTimezone: true }).notNull(),
  sentAt: timestamp('sent_at', { withTimezone: true }),
  deliveredAt: timestamp('delivered_at', { withTimezone: true }),
  readAt: timestamp('read_at', { withTimezone: true }),
  failedAt: timestamp('failed_at', { withTimezone: true }),
  repliedAt: timestamp('replied_at', { withTimezone: true }),
});
