// The ended steps of enrolments. Proved to match the migrations by test/integration/schema.test.ts.
import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `enrollment_steps`. */
export const enrollmentSteps = pgTable(
  'enrollment_steps',
  {
    enrollmentId: uuid('enrollment_id').notNull(),
    stepId: uuid('step_id').notNull(),
    tenantId: text('tenant_id').notNull(),
    outcome: text('outcome').notNull(),
    messageId: uuid('message_id'),
    endedAt: timestamp('ended_at', { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.enrollmentId, table.stepId] })],
);
