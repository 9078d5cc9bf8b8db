// What broadcasts, sequences and campaigns share as they are read and written: enrolments above all.
import { z } from '@hono/zod-openapi';
import { reason } from '../../domain/kernel/fields.ts';
import { enrollmentStatuses } from '../../domain/outreach/course.ts';
import { outreachMessageSchema } from '../../domain/outreach/message.ts';
import { erased, idParams, moment, sequence, uuid } from './common.ts';

/** A message to many as it is given. */
export const messageBody = outreachMessageSchema.strict();
/** Where a step is put, counted from 1. */
export const order = z.number().int().min(1).max(50);
/** The step in a path. */
export const stepParams = idParams.extend({ stepId: uuid });
/** Why somebody leaves, in a request. */
export const exitBody = z.strictObject({ reason });

/** What `status` of an enrolment can be. */
export const enrollmentStatus = z.enum(enrollmentStatuses);

/** What enrolments have in common as they are read. */
export const enrollmentShape = {
  id: uuid,
  projectId: uuid,
  contactId: uuid,
  status: enrollmentStatus,
  currentStepOrder: z.number().int().openapi({ description: 'Counts from 1.' }),
  nextScheduledAt: moment.nullable().openapi({ description: 'When the current step is due; null once it is over.' }),
  pausedAt: moment.nullable(),
  completedAt: moment.nullable(),
  exitedAt: moment.nullable(),
  exitReason: z.string().nullable(),
  createdAt: moment,
  sequence,
  erased,
};

/** Whom to enrol. */
export const enrollBody = z.strictObject({ contactIds: z.array(uuid).min(1).max(500) });

/** What became of it. */
export const enrolledSchema = z
  .object({
    enrolled: z.array(z.object({ id: uuid, contactId: uuid, nextScheduledAt: moment.nullable() })),
    skipped: z.array(z.object({ contactId: uuid, rule: z.enum(['already_enrolled', 'enrolled_before']) })),
  })
  .openapi('Enrolled');
