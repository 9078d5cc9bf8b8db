// Channels, what a tenant's types of channels can do and, apart, the webhook secrets, turns and pairings. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, boolean, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

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
  aiProcessing: boolean('ai_processing').notNull().default(true),
  pipelineId: uuid('pipeline_id'),
  historyImport: jsonb('history_import').notNull().default(sql`'{}'::jsonb`),
  labels: jsonb('labels').notNull().default(sql`'[]'::jsonb`),
  lastError: text('last_error'),
  activationRequestedAt: timestamp('activation_requested_at', { withTimezone: true }),
  activatedAt: timestamp('activated_at', { withTimezone: true }),
  disconnectedAt: timestamp('disconnected_at', { withTimezone: true }),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `channel_types`. */
export const channelTypes = pgTable('channel_types', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  provider: text('provider').notNull(),
  capabilities: jsonb('capabilities').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `channel_secrets`. */
export const channelSecrets = pgTable('channel_secrets', {
  channelId: uuid('channel_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  webhookSecret: text('webhook_secret').notNull(),
  rotatedAt: timestamp('rotated_at', { withTimezone: true }).notNull().defaultNow(),
});

/** Rows of `channel_turns`. */
export const channelTurns = pgTable('channel_turns', {
  channelId: uuid('channel_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  workflowId: text('workflow_id').notNull(),
  takenAt: timestamp('taken_at', { withTimezone: true }).notNull().defaultNow(),
});

/** Rows of `channel_pairings`. */
export const channelPairings = pgTable('channel_pairings', {
  channelId: uuid('channel_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  sessionStatus: text('session_status').notNull(),
  details: text('details').notNull(),
  changedAt: timestamp('changed_at', { withTimezone: true }).notNull(),
});
