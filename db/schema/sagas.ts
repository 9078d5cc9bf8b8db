// Sagas and the claims of their steps. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** What a saga's `state` can be. */
export const sagaStates = ['running', 'paused', 'stuck', 'compensating', 'completed', 'compensated', 'failed'] as const;

/** Rows of `sagas`. */
export const sagas = pgTable(
  'sagas',
  {
    tenantId: text('tenant_id').notNull(),
    correlationId: uuid('correlation_id').notNull(),
    workflowId: text('workflow_id').notNull(),
    runId: text('run_id'),
    sagaType: text('saga_type').notNull(),
    state: text('state', { enum: sagaStates }).notNull(),
    step: text('step'),
    stepNumber: integer('step_number').notNull().default(sql`0`),
    reason: text('reason'),
    subjectIds: jsonb('subject_ids').notNull().default(sql`'{}'::jsonb`),
    startedAt: timestamp('started_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
    endedAt: timestamp('ended_at', { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.correlationId] })],
);

/** Rows of `saga_steps`. */
export const sagaSteps = pgTable(
  'saga_steps',
  {
    tenantId: text('tenant_id').notNull(),
    workflowId: text('workflow_id').notNull(),
    step: text('step').notNull(),
    stepNumber: integer('step_number').notNull(),
    correlationId: uuid('correlation_id').notNull(),
    state: text('state').notNull(),
    result: jsonb('result').notNull().default(sql`'{}'::jsonb`),
    doneAt: timestamp('done_at', { withTimezone: true }).notNull().defaultNow(),
    undoneAt: timestamp('undone_at', { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.workflowId, table.step] })],
);
