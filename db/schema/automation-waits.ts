// The waiting of automations for their time. Proved to match the migrations by test/integration/schema.test.ts.
import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `automation_waits`. */
export const automationWaits = pgTable('automation_waits', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  automationId: uuid('automation_id').notNull(),
  eventId: uuid('event_id').notNull(),
  watches: text('watches').notNull(),
  contactId: uuid('contact_id'),
  sessionId: uuid('session_id'),
  channelId: uuid('channel_id'),
  statusId: uuid('status_id'),
  beganAt: timestamp('began_at', { withTimezone: true }).notNull(),
  dueAt: timestamp('due_at', { withTimezone: true }).notNull(),
  endedAt: timestamp('ended_at', { withTimezone: true }),
  outcome: text('outcome'),
});
