// Contacts, the ways to recognise them and their places in pipelines. Sealed columns are text. Proved to match the migrations by test/integration/schema.test.ts.
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
  profilePictureUrl: text('profile_picture_url'),
  enrichments: text('enrichments'),
  customFields: text('custom_fields'),
  optOuts: jsonb('opt_outs').notNull().default([]),
  pipelines: jsonb('pipelines').notNull().default([]),
  interactionCount: integer('interaction_count').notNull(),
  lastInteractionAt: timestamp('last_interaction_at', { withTimezone: true }),
  mergedInto: uuid('merged_into'),
  merges: text('merges'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true }),
  anonymizedAt: timestamp('anonymized_at', { withTimezone: true }),
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
    mergedFrom: uuid('merged_from'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.projectId, table.kind, table.valueIndex] })],
);

/** Rows of `contact_places`. */
export const contactPlaces = pgTable(
  'contact_places',
  {
    tenantId: text('tenant_id').notNull(),
    contactId: uuid('contact_id').notNull(),
    pipelineId: uuid('pipeline_id').notNull(),
    statusId: uuid('status_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.contactId, table.pipelineId] })],
);
