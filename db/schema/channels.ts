// Channels and, apart, their webhook secrets. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `channels`. */
export const channels = pgTable('channels', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  type: text('type').notNull(),
  externalId: text('external_id'),
  status: text('status').notNull(),
  webhookUrl: text('webhook_url'),
  messageGrouping: jsonb('message_grouping').notNull(),
  labels: jsonb('labels').notNull().default(sql`'[]'::jsonb`),
  lastError: text('last_error'),
  activatedAt: timestamp('activated_at', { withTimezone: true }),
  disconnectedAt: timestamp('disconnected_at', { withTimezone: true }),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `channel_secrets`. */
export const channelSecrets = pgTable('channel_secrets', {
  channelId: uuid('channel_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  webhookSecret: text('webhook_secret').notNull(),
  rotatedAt: timestamp('rotated_at', { withTimezone: true }).notNull().defaultNow(),
});
