// Credentials, and their secrets apart. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `credentials`. */
export const credentials = pgTable('credentials', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id'),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  credentialType: text('credential_type').notNull(),
  name: text('name').notNull(),
  status: text('status').notNull(),
  secretNames: jsonb('secret_names').notNull(),
  expiresAt: timestamp('expires_at', { withTimezone: true }),
  refreshedAt: timestamp('refreshed_at', { withTimezone: true }),
  lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});

/** Rows of `credential_secrets`. */
export const credentialSecrets = pgTable('credential_secrets', {
  credentialId: uuid('credential_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  secrets: text('secrets').notNull(),
  changedAt: timestamp('changed_at', { withTimezone: true }).notNull().defaultNow(),
});

/** Rows of `credential_refreshes`. */
export const credentialRefreshes = pgTable('credential_refreshes', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  credentialId: uuid('credential_id').notNull(),
  requestedAt: timestamp('requested_at', { withTimezone: true }).notNull().defaultNow(),
  attempts: integer('attempts').notNull().default(sql`0`),
  endedAt: timestamp('ended_at', { withTimezone: true }),
  outcome: text('outcome'),
});
