// Contact lists and their members. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

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
