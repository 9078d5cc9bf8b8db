// An import of a channel's history as it is read: what was asked for, how far it is, and when it will be through.
import { z } from '@hono/zod-openapi';
import { importStrategies } from '../../domain/channel/events.ts';
import { moment, uuid } from './common.ts';

const count = z.number().int();
const phases = ['idle', 'requested', 'listing', 'pages', 'sessions', 'undoing', 'completed', 'failed'] as const;

/** The latest import of a channel. */
export const historyImportSchema = z
  .object({
    channelId: uuid,
    sagaId: uuid.nullable().openapi({ description: 'The import in `/v1/sagas/{correlationId}`.' }),
    phase: z.enum(phases).openapi({
      description:
        '`idle`: nobody has asked for one. Its chats are `listing`, its messages come in `pages`, its `sessions` are ended; what a failed or cancelled one made is `undoing`.',
    }),
    isPaused: z.boolean(),
    strategy: z.enum(importStrategies).nullable(),
    timeRangeDays: count.nullable(),
    limit: count.nullable(),
    sessionGapMinutes: count,
    requestsPerMinute: count,
    automations: z.boolean(),
    webhooks: z.boolean(),
    requestedAt: moment.nullable(),
    startedAt: moment.nullable(),
    endedAt: moment.nullable(),
    lastError: z.string().nullable(),
    chats: z.object({
      done: count,
      total: count.nullable().openapi({ description: 'null until all are listed.' }),
      imported: count,
    }),
    messages: z.object({
      done: count.openapi({ description: 'Seen so far: imported, skipped, or not to be imported.' }),
      total: count
        .nullable()
        .openapi({ description: 'The gateway does not tell how many there are: the `limit`, or null.' }),
      imported: count,
      duplicatesSkipped: count,
    }),
    contactsCreated: count,
    sessionsCreated: count,
    messagesPerSecond: z.number().nullable(),
    estimatedEndAt: moment.nullable(),
  })
  .openapi('HistoryImport');
