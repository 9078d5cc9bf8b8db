// A contact as it is read.
import { z } from '@hono/zod-openapi';
import { erased, moment, sequence, uuid } from './common.ts';

/** A contact; personal fields in the open. */
export const contactSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    name: z.string().nullable(),
    phone: z.string().nullable(),
    phoneVerified: z.boolean(),
    email: z.string().nullable(),
    externalIds: z.array(z.object({ externalId: z.string(), source: z.string() })).nullable(),
    tags: z.array(z.string()),
    language: z.string().nullable(),
    timezone: z.string().nullable(),
    channelId: uuid.nullable(),
    sourceChannel: z.string().nullable(),
    interactionCount: z.number().int(),
    lastInteractionAt: moment.nullable(),
    createdAt: moment,
    sequence,
    erased,
  })
  .openapi('Contact');
