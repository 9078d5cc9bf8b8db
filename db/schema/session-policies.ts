// What time does to sessions, by project and channel. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `session_policies`. */
export const sessionPolicies = pgTable('session_policies', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  channelId: uuid('channel_id'),
  inactivitySeconds: integer('inactivity_seconds'),
  abandonSeconds: integer('abandon_seconds'),
  escalateSeconds: integer('escalate_seconds'),
  reassignSeconds: integer('reassign_seconds'),
  autoAssign: boolean('auto_assign').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true }),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});
