// Contacts and the ways to recognise them. Sealed columns are text. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `contacts`. */
export const contacts = pgTable('contacts', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  phone: text('phone'),
  phoneIndex: text('phone_index'),
  phoneVerified: boolean('phone_verified').notNull(),
  email: text('email'),
  emailIndex: text('email_index'),
  externalIds: text('external_ids').notNull(),
  tags: jsonb('tags').notNull(),
  language: text('language'),
  timezone: text('timezone'),
  channelId: uuid('channel_id'),
  sourceChannel: text('source_channel'),
  interactionCount: integer('interaction_count').notNull(),
  lastInteractionAt: timestamp('last_interaction_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});

/** Rows of `contact_identities`. */
export const contactIdentities = pgTable(
  'contact_identities',
  {
    tenantId: text('tenant_id').notNull(),
    projectId: uuid('project_id').notNull(),
    kind: text('kind').notNull(),
    valueIndex: text('value_index').notNull(),
    contactId: uuid('contact_id').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.projectId, table.kind, table.valueIndex] })],
);
