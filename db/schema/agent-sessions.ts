// Agents' parts in sessions. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `agent_sessions`. */
export const agentSessions = pgTable('agent_sessions', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  agentId: uuid('agent_id').notNull(),
  sessionId: uuid('session_id').notNull(),
  joinedAt: timestamp('joined_at', { withTimezone: true }).notNull(),
  leftAt: timestamp('left_at', { withTimezone: true }),
  leaveReason: text('leave_reason'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
