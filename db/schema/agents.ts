// Agents and what they sign in with. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { bytea } from './column-types.ts';

/** Rows of `agents`. */
export const agents = pgTable('agents', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  email: text('email'),
  emailIndex: text('email_index'),
  type: text('type').notNull(),
  role: text('role').notNull(),
  status: text('status').notNull(),
  permissions: jsonb('permissions').notNull(),
  lastLoginAt: timestamp('last_login_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `agent_passwords`. */
export const agentPasswords = pgTable('agent_passwords', {
  agentId: uuid('agent_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  passwordHash: text('password_hash').notNull(),
  setAt: timestamp('set_at', { withTimezone: true }).notNull().defaultNow(),
});

/** Rows of `sign_in_attempts`. */
export const signInAttempts = pgTable(
  'sign_in_attempts',
  {
    tenantId: text('tenant_id').notNull(),
    emailIndex: text('email_index').notNull(),
    failed: integer('failed').notNull(),
    lockedUntil: timestamp('locked_until', { withTimezone: true }),
    lastFailedAt: timestamp('last_failed_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.emailIndex] })],
);

/** Rows of `agent_sign_ins`. */
export const agentSignIns = pgTable('agent_sign_ins', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  agentId: uuid('agent_id').notNull(),
  tokenHash: bytea('token_hash').notNull(),
  tokenExpiresAt: timestamp('token_expires_at', { withTimezone: true }).notNull(),
  refreshHash: bytea('refresh_hash').notNull(),
  formerRefreshHash: bytea('former_refresh_hash'),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  endedAt: timestamp('ended_at', { withTimezone: true }),
  endReason: text('end_reason'),
});

/** Rows of `one_time_tokens`. */
export const oneTimeTokens = pgTable('one_time_tokens', {
  tokenHash: bytea('token_hash').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  purpose: text('purpose').notNull(),
  subjectId: uuid('subject_id').notNull(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
