// A chat as it is read.
import { z } from '@hono/zod-openapi';
import { chatTypes, participantRoles, participantTypes } from '../../domain/chat/events.ts';
import { erased, moment, sequence, uuid } from './common.ts';

/** What `status` of a chat can be. */
export const chatStatus = z.enum(['active', 'archived', 'closed']);

const participant = z.object({
  participantId: z.string().openapi({ description: "A contact's id where the person is known, else the gateway's." }),
  participantType: z.enum(participantTypes),
  role: z.enum(participantRoles),
});

/** A chat. */
export const chatSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    channelId: uuid,
    chatType: z.enum(chatTypes),
    externalId: z.string().nullable(),
    contactId: uuid.nullable(),
    subject: z.string().nullable(),
    description: z.string().nullable(),
    status: chatStatus,
    participants: z.array(participant).nullable(),
    labels: z.array(z.string()),
    createdAt: moment,
    closedAt: moment.nullable(),
    sequence,
    erased,
  })
  .openapi('Chat');
