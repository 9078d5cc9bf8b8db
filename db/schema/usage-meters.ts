// Usage meters, and the keys of what they counted. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `usage_meters`. */
export const usageMeters = pgTable('usage_meters', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  accountId: uuid('account_id').notNull(),
  metric: text('metric').notNull(),
  stripeMeterEventName: text('stripe_meter_event_name').notNull(),
  total: bigint('total', { mode: 'number' }).notNull(),
  counted: bigint('counted', { mode: 'number' }).notNull(),
  reported: bigint('reported', { mode: 'number' }).notNull(),
  reportedAt: timestamp('reported_at', { withTimezone: true }),
  periodStart: timestamp('period_start', { withTimezone: true }),
  periodEnd: timestamp('period_end', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `usage_keys`. */
export const usageKeys = pgTable(
  'usage_keys',
  {
    tenantId: text('tenant_id').notNull(),
    meterId: uuid('meter_id').notNull(),
    key: text('key').notNull(),
    countedAt: timestamp('counted_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.meterId, table.key] })],
);
