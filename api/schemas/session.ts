// A session as it is read.
import { z } from '@hono/zod-openapi';
import { sentiments } from '../../domain/session/events.ts';
import { erased, moment, sequence, uuid } from './common.ts';

/** What `status` of a session can be. */
export const sessionStatus = z.enum(['active', 'ended', 'expired', 'manually_closed']);

/** A session. */
export const sessionSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    contactId: uuid,
    channelId: uuid,
    chatId: uuid.nullable(),
    status: sessionStatus,
    startedAt: moment,
    endedAt: moment.nullable(),
    endReason: z.string().nullable(),
    messageCount: z.number().int(),
    contactMessageCount: z.number().int(),
    ownMessageCount: z.number().int(),
    firstMessageAt: moment.nullable(),
    lastMessageAt: moment.nullable(),
    agentId: uuid.nullable(),
    resolvedAt: moment.nullable(),
    escalatedAt: moment.nullable(),
    abandonedAt: moment.nullable(),
    summary: z.string().nullable(),
    sentiment: z.enum(sentiments).nullable(),
    sentimentScore: z.number().nullable(),
    summarizedAt: moment.nullable(),
    createdAt: moment,
    sequence,
    erased,
  })
  .openapi('Session');
