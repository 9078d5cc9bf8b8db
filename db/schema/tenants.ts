// Tenants, their keys and their API keys. Proved to match the migrations by test/integration/schema.test.ts.
import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { bytea } from './column-types.ts';

/** Rows of `tenants`. */
export const tenants = pgTable('tenants', {
  tenantId: text('tenant_id').primaryKey(),
  name: text('name').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

/** Rows of `tenant_keys`. */
export const tenantKeys = pgTable('tenant_keys', {
  tenantId: text('tenant_id').primaryKey(),
  wrappedKey: text('wrapped_key').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

/** Rows of `subject_keys`. */
export const subjectKeys = pgTable(
  'subject_keys',
  {
    tenantId: text('tenant_id').notNull(),
    subjectId: uuid('subject_id').notNull(),
    wrappedKey: text('wrapped_key'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.subjectId] })],
);

/** Rows of `api_keys`. */
export const apiKeys = pgTable('api_keys', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  name: text('name').notNull(),
  keyPrefix: text('key_prefix').notNull(),
  keyHash: bytea('key_hash').notNull(),
  scopes: text('scopes').array().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
  revokedAt: timestamp('revoked_at', { withTimezone: true }),
});
