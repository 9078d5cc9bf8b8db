// Custom fields of contacts, and what lists find contacts by. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `custom_fields`. */
export const customFields = pgTable('custom_fields', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  eventSequence: bigint('event_sequence', { mode: 'number' }).notNull(),
  key: text('key').notNull(),
  label: text('label').notNull(),
  type: text('type').notNull(),
  options: jsonb('options'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true }),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});

/** Rows of `contact_custom_values`. */
export const contactCustomValues = pgTable(
  'contact_custom_values',
  {
    tenantId: text('tenant_id').notNull(),
    contactId: uuid('contact_id').notNull(),
    key: text('key').notNull(),
    valueIndex: text('value_index').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.contactId, table.key] })],
);
