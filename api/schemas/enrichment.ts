// An enrichment as it is read.
import { z } from '@hono/zod-openapi';
import { enrichmentKinds } from '../../domain/enrichment/events.ts';
import { erased, moment, sequence, uuid } from './common.ts';

/** What `status` of an enrichment can be. */
export const enrichmentStatus = z.enum(['requested', 'completed', 'failed']);

/** An enrichment. */
export const enrichmentSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    messageId: uuid,
    contactId: uuid,
    kind: z.enum(enrichmentKinds),
    mediaUrl: z.string().nullable(),
    status: enrichmentStatus,
    provider: z.string().nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
    failureReason: z.string().nullable(),
    completedAt: moment.nullable(),
    failedAt: moment.nullable(),
    createdAt: moment,
    sequence,
    erased,
  })
  .openapi('Enrichment');
