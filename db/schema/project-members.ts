// Project members. Sealed columns are text. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `project_members`. */
export const projectMembers = pgTable('project_members', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  agentId: uuid('agent_id'),
  email: text('email').notNull(),
  emailIndex: text('email_index').notNull(),
  role: text('role').notNull(),
  invitedBy: uuid('invited_by').notNull(),
  invitedAt: timestamp('invited_at', { withTimezone: true }).notNull(),
  acceptedAt: timestamp('accepted_at', { withTimezone: true }),
  removedAt: timestamp('removed_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
