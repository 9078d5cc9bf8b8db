// Contact lists and their members. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `contact_lists`. */
export const contactLists = pgTable('contact_lists', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  description: text('description'),
  isStatic: boolean('is_static').notNull(),
  logicalOperator: text('logical_operator').notNull(),
  filterRules: jsonb('filter_rules').notNull(),
  lastRecalculation: jsonb('last_recalculation'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});

/** Rows of `contact_list_members`. */
export const contactListMembers = pgTable('contact_list_members', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  listId: uuid('list_id').notNull(),
  contactId: uuid('contact_id').notNull(),
  addedAt: timestamp('added_at', { withTimezone: true }).notNull(),
  removedAt: timestamp('removed_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `contact_list_runs`. */
export const contactListRuns = pgTable('contact_list_runs', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  listId: uuid('list_id').notNull(),
  requestedAt: timestamp('requested_at', { withTimezone: true }).notNull().defaultNow(),
  toChange: integer('to_change'),
  changed: integer('changed').notNull().default(sql`0`),
  endedAt: timestamp('ended_at', { withTimezone: true }),
  outcome: text('outcome'),
});

/** Rows of `contact_list_run_changes`. */
export const contactListRunChanges = pgTable(
  'contact_list_run_changes',
  {
    tenantId: text('tenant_id').notNull(),
    runId: uuid('run_id').notNull(),
    contactId: uuid('contact_id').notNull(),
    wasMember: boolean('was_member').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.contactId] })],
);
