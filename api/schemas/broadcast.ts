// Broadcasts, their recipients and their audience as they are read.
import { z } from '@hono/zod-openapi';
import { recipientStatuses } from '../../domain/broadcast-recipient/broadcast-recipient.ts';
import { outreachMessageSchema } from '../../domain/outreach/message.ts';
import { erased, moment, sequence, uuid } from './common.ts';

const count = z.number().int().min(0);

/** What `status` of a broadcast can be. */
export const broadcastStatus = z.enum(['draft', 'scheduled', 'running', 'paused', 'completed', 'failed', 'cancelled']);
/** What `status` of a recipient can be. */
export const recipientStatus = z.enum(recipientStatuses);

/** A broadcast. */
export const broadcastSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    name: z.string(),
    listId: uuid,
    channelId: uuid,
    message: outreachMessageSchema,
    ratePerMinute: z.number().int(),
    status: broadcastStatus,
    scheduledAt: moment.nullable(),
    startedAt: moment.nullable(),
    pausedAt: moment.nullable(),
    endedAt: moment.nullable(),
    failureReason: z.string().nullable(),
    createdAt: moment,
    sequence,
    erased,
  })
  .openapi('Broadcast');

/** A page of a broadcast's recipients, with how many there are in each status. */
export const recipientsSchema = z
  .object({
    data: z.array(
      z
        .object({
          id: uuid,
          contactId: uuid,
          status: recipientStatus,
          reason: z.string().nullable().openapi({ description: 'Why it was skipped or failed.' }),
          messageId: uuid.nullable(),
          attempt: z.number().int().openapi({ description: 'How many messages were meant for it.' }),
          notBefore: moment.nullable().openapi({ description: 'The end of the contact’s night.' }),
          mayHaveArrived: z.boolean().openapi({
            description: 'It failed, but nobody can tell that the message did not arrive: it is not sent again.',
          }),
          begunAt: moment.nullable(),
          settledAt: moment.nullable(),
          createdAt: moment,
        })
        .openapi('BroadcastRecipient'),
    ),
    nextCursor: z.string().nullable(),
    counts: z
      .object({ total: count, pending: count, sending: count, sent: count, failed: count, skipped: count })
      .openapi({ description: 'All recipients of the broadcast, whatever the list is narrowed to.' }),
  })
  .openapi('BroadcastRecipients');

/** How far a broadcast is. */
export const progressSchema = z
  .object({
    approval: z
      .object({
        state: z.enum(['awaited', 'approved', 'refused']),
        recipients: count,
        askedAt: moment,
        until: moment,
        decidedAt: moment.nullable(),
        by: z.string().nullable().openapi({ description: 'The caller who decided; null: nobody did in time.' }),
        note: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'What an operator was asked, and decided; null: it goes to too few to ask.' }),
    status: broadcastStatus,
    counts: z.object({ total: count, pending: count, sending: count, sent: count, failed: count, skipped: count }),
    done: count.openapi({ description: 'How many are sent, failed or skipped.' }),
    estimatedEndAt: moment.nullable().openapi({
      description: 'When the last one will have been sent to; null: nobody waits, or it does not run.',
    }),
  })
  .openapi('BroadcastProgress');

/** Whom a broadcast would go to now. */
export const audienceSchema = z
  .object({
    total: count,
    sendable: count,
    skipped: z.record(z.string(), count).openapi({
      description: 'How many would be passed over, by reason.',
      example: { no_address: 2, opted_out: 1 },
    }),
    minutes: count.openapi({ description: 'How long it takes at the broadcast’s rate.' }),
    estimatedEndAt: moment.nullable().openapi({
      description: 'When it would be through at the pace of the channel’s number; null: not within ten years.',
    }),
    passedOver: z.array(z.object({ contactId: uuid, reason: z.string() })).openapi({
      description: 'Who would be passed over, and why: the first 100.',
    }),
  })
  .openapi('BroadcastAudience');

/** That a decision is with the workflow. */
export const decidedSchema = z
  .object({ broadcastId: uuid, decision: z.enum(['approved', 'refused']) })
  .openapi('BroadcastDecided');
