// Broadcasts, their recipients and the pace of channels. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `broadcasts`. */
export const broadcasts = pgTable('broadcasts', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  listId: uuid('list_id').notNull(),
  channelId: uuid('channel_id').notNull(),
  message: jsonb('message').notNull(),
  ratePerMinute: integer('rate_per_minute').notNull(),
  status: text('status').notNull(),
  scheduledAt: timestamp('scheduled_at', { withTimezone: true }),
  startedAt: timestamp('started_at', { withTimezone: true }),
  pausedAt: timestamp('paused_at', { withTimezone: true }),
  endedAt: timestamp('ended_at', { withTimezone: true }),
  failureReason: text('failure_reason'),
  round: integer('round').notNull().default(sql`1`),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `broadcast_recipients`. */
export const broadcastRecipients = pgTable('broadcast_recipients', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  broadcastId: uuid('broadcast_id').notNull(),
  contactId: uuid('contact_id').notNull(),
  status: text('status').notNull(),
  reason: text('reason'),
  messageId: uuid('message_id'),
  attempt: integer('attempt').notNull().default(sql`1`),
  notBefore: timestamp('not_before', { withTimezone: true }),
  mayHaveArrived: boolean('may_have_arrived').notNull().default(sql`false`),
  begunAt: timestamp('begun_at', { withTimezone: true }),
  settledAt: timestamp('settled_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `broadcast_audiences`. */
export const broadcastAudiences = pgTable('broadcast_audiences', {
  broadcastId: uuid('broadcast_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  lastContactId: uuid('last_contact_id'),
  isComplete: boolean('is_complete').notNull(),
  pacing: jsonb('pacing'),
  approval: jsonb('approval'),
});

/** Rows of `channel_pacings`. */
export const channelPacings = pgTable(
  'channel_pacings',
  {
    tenantId: text('tenant_id').notNull(),
    channelId: uuid('channel_id').notNull(),
    policy: jsonb('policy'),
    state: jsonb('state'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.channelId] })],
);
