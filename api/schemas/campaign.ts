// Campaigns and enrolments in them as they are read.
import { z } from '@hono/zod-openapi';
import { campaignGoals } from '../../domain/campaign/events.ts';
import { campaignStepSchema } from '../../domain/campaign/steps.ts';
import { erased, moment, sequence, uuid } from './common.ts';
import { enrollmentShape } from './outreach.ts';

/** What `status` of a campaign can be. */
export const campaignStatus = z.enum(['draft', 'scheduled', 'active', 'paused', 'completed', 'archived']);

/** A campaign. */
export const campaignSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    name: z.string(),
    description: z.string().nullable(),
    goalType: z.enum(campaignGoals),
    goalValue: z.number().nullable(),
    reEntry: z.boolean(),
    exitOnReply: z.boolean(),
    status: campaignStatus,
    steps: z.array(campaignStepSchema),
    startDate: moment.nullable(),
    createdAt: moment,
    activatedAt: moment.nullable(),
    pausedAt: moment.nullable(),
    completedAt: moment.nullable(),
    archivedAt: moment.nullable(),
    sequence,
    erased,
  })
  .openapi('Campaign');

/** An enrolment in a campaign, with the steps it entered with. */
export const campaignEnrollmentSchema = z
  .object({ ...enrollmentShape, campaignId: uuid, steps: z.array(campaignStepSchema) })
  .openapi('CampaignEnrollment');
