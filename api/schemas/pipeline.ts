// Pipelines and their statuses as they are read.
import { z } from '@hono/zod-openapi';
import { statusTypes } from '../../domain/pipeline/fields.ts';
import { leadQualification } from '../../domain/pipeline/lead-qualification.ts';
import { erased, moment, sequence, uuid } from './common.ts';

/** A pipeline. */
export const pipelineSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    name: z.string(),
    description: z.string().nullable(),
    color: z.string().nullable(),
    active: z.boolean(),
    statusIds: z.array(uuid).openapi({ description: 'Its statuses in their order.' }),
    leadQualificationEnabled: z.boolean(),
    leadQualification: leadQualification.nullable(),
    createdAt: moment,
    sequence,
    erased,
  })
  .openapi('Pipeline');

/** A status of a pipeline. */
export const pipelineStatusSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    pipelineId: uuid,
    name: z.string(),
    statusType: z.enum(statusTypes),
    description: z.string().nullable(),
    color: z.string().nullable(),
    active: z.boolean(),
    createdAt: moment,
    removedAt: moment.nullable(),
    sequence,
    erased,
  })
  .openapi('PipelineStatus');
