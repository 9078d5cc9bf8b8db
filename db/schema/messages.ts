// Messages and the ids reserved for outgoing ones. Content is sealed text. Proved to match the migrations by test/integration/schema.test.ts.
import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of `messages`. */
export const messages = pgTable('messages', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  channelId: uuid('channel_id').notNull(),
  chatId: uuid('chat_id'),
  sessionId: uuid('session_id'),
  contactId: uuid('contact_id').notNull(),
  channelMessageId: text('channel_message_id'),
  fromMe: boolean('from_me').notNull(),
  source: text('source').notNull(),
  messageType: text('message_type').notNull(),
  status: text('status').notNull(),
  body: text('body'),
  media: text('media'),
  location: text('location'),
  vcards: text('vcards'),
  replyToChannelMessageId: text('reply_to_channel_message_id'),
  arrival: bigint('arrival', { mode: 'number' }),
  sentAt: timestamp('sent_at', { withTimezone: true }),
  deliveredAt: timestamp('delivered_at', { withTimezone: true }),
  readAt: timestamp('read_at', { withTimezone: true }),
  playedAt: timestamp('played_at', { withTimezone: true }),
  failedAt: timestamp('failed_at', { withTimezone: true }),
  failureReason: text('failure_reason'),
  editedAt: timestamp('edited_at', { withTimezone: true }),
  revokedAt: timestamp('revoked_at', { withTimezone: true }),
  reactions: text('reactions').notNull(),
  discardedAt: timestamp('discarded_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});

/** Rows of `message_sends`. */
export const messageSends = pgTable('message_sends', {
  messageId: uuid('message_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  channelId: uuid('channel_id').notNull(),
  channelMessageId: text('channel_message_id').notNull(),
  reservedAt: timestamp('reserved_at', { withTimezone: true }).notNull().defaultNow(),
  attempts: integer('attempts').notNull().default(sql`0`),
});
