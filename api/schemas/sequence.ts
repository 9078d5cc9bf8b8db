// Sequences and enrolments in them as they are read.
import { z } from '@hono/zod-openapi';
import { sequenceStepSchema, sequenceTriggerSchema } from '../../domain/sequence/commands.ts';
import { sequenceStepTypes } from '../../domain/sequence/events.ts';
import { erased, moment, sequence, uuid } from './common.ts';
import { enrollmentShape } from './outreach.ts';

/** What `status` of a sequence can be. */
export const sequenceStatus = z.enum(['draft', 'active', 'paused', 'archived']);

const step = sequenceStepSchema.extend({ stepType: z.enum(sequenceStepTypes) });

/** A sequence. */
export const sequenceSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    name: z.string(),
    description: z.string().nullable(),
    channelId: uuid.nullable(),
    trigger: sequenceTriggerSchema,
    exitOnReply: z.boolean(),
    reEntry: z.boolean(),
    status: sequenceStatus,
    steps: z.array(step),
    createdAt: moment,
    activatedAt: moment.nullable(),
    archivedAt: moment.nullable(),
    sequence,
    erased,
  })
  .openapi('Sequence');

/** An enrolment in a sequence, with the steps it entered with. */
export const sequenceEnrollmentSchema = z
  .object({ ...enrollmentShape, sequenceId: uuid, steps: z.array(step) })
  .openapi('SequenceEnrollment');
