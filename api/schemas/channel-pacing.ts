// The pace of a channel's number as it is read.
import { z } from '@hono/zod-openapi';
import { pacingPolicySchema } from '../../domain/outreach/pacing.ts';
import { moment } from './common.ts';

/** The pace, with what the gateway says about the number's quota. */
export const pacingSchema = z
  .object({
    ...pacingPolicySchema.shape,
    gateway: z
      .object({
        status: z.enum(['NONE', 'FIRST_WARNING', 'SECOND_WARNING', 'CAPPED']),
        remaining: z.number().int().nullable(),
        until: moment.nullable(),
      })
      .nullable()
      .openapi({ description: 'What the gateway said last about the quota of the number; null: nothing.' }),
  })
  .openapi('ChannelPacing');
