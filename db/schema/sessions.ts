// Sessions. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, doublePrecision, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `sessions`. */
export const sessions = pgTable('sessions', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  contactId: uuid('contact_id').notNull(),
  channelId: uuid('channel_id').notNull(),
  channelTypeId: uuid('channel_type_id').notNull(),
  chatId: uuid('chat_id'),
  status: text('status').notNull(),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
  endedAt: timestamp('ended_at', { withTimezone: true }),
  endReason: text('end_reason'),
  messageCount: integer('message_count').notNull(),
  contactMessageCount: integer('contact_message_count').notNull(),
  ownMessageCount: integer('own_message_count').notNull(),
  firstMessageAt: timestamp('first_message_at', { withTimezone: true }),
  lastMessageAt: timestamp('last_message_at', { withTimezone: true }),
  agentId: uuid('agent_id'),
  reassignmentCount: integer('reassignment_count').notNull(),
  resolvedAt: timestamp('resolved_at', { withTimezone: true }),
  escalatedAt: timestamp('escalated_at', { withTimezone: true }),
  abandonedAt: timestamp('abandoned_at', { withTimezone: true }),
  summary: text('summary'),
  sentiment: text('sentiment'),
  sentimentScore: doublePrecision('sentiment_score'),
  summarizedAt: timestamp('summarized_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
