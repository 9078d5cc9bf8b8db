// Imports of a channel's history, their chats, and what they made. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = (name: string) => timestamp(name, { withTimezone: true });
const counted = (name: string) => integer(name).notNull().default(0);

/** Rows of `history_imports`. */
export const historyImports = pgTable('history_imports', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  channelId: uuid('channel_id').notNull(),
  workflowId: text('workflow_id').notNull(),
  strategy: text('strategy').notNull(),
  sinceAt: moment('since_at'),
  uptoAt: moment('upto_at').notNull(),
  messageLimit: integer('message_limit'),
  sessionGapMinutes: integer('session_gap_minutes').notNull(),
  requestsPerMinute: integer('requests_per_minute').notNull(),
  automations: boolean('automations').notNull(),
  webhooks: boolean('webhooks').notNull(),
  phase: text('phase').notNull(),
  listOffset: counted('list_offset'),
  pausedAt: moment('paused_at'),
  cancelledAt: moment('cancelled_at'),
  chatsFound: counted('chats_found'),
  chatsDone: counted('chats_done'),
  messagesSeen: counted('messages_seen'),
  messagesImported: counted('messages_imported'),
  duplicatesSkipped: counted('duplicates_skipped'),
  chatsImported: counted('chats_imported'),
  contactsCreated: counted('contacts_created'),
  sessionsCreated: counted('sessions_created'),
  startedAt: moment('started_at').notNull(),
  endedAt: moment('ended_at'),
  reason: text('reason'),
  activeMs: bigint('active_ms', { mode: 'number' }).notNull().default(0),
  updatedAt: moment('updated_at').notNull(),
});

/** Rows of `history_import_chats`. */
export const historyImportChats = pgTable(
  'history_import_chats',
  {
    tenantId: text('tenant_id').notNull(),
    importId: uuid('import_id').notNull(),
    position: integer('position').notNull(),
    address: text('address').notNull(),
    addressIndex: text('address_index').notNull(),
    sinceAt: moment('since_at'),
    isPlaced: boolean('is_placed').notNull().default(false),
    nextOffset: counted('next_offset'),
    cursor: jsonb('cursor').notNull().default(sql`'{}'::jsonb`),
    imported: counted('imported'),
    doneAt: moment('done_at'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.importId, table.position] })],
);

/** Rows of `history_import_items`. */
export const historyImportItems = pgTable(
  'history_import_items',
  {
    tenantId: text('tenant_id').notNull(),
    importId: uuid('import_id').notNull(),
    kind: text('kind').notNull(),
    id: uuid('id').notNull(),
    detail: jsonb('detail').notNull().default(sql`'{}'::jsonb`),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.importId, table.kind, table.id] })],
);
