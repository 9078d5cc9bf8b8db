// What can be asked of an enrolment in a campaign: one schema per command.
import { z } from 'zod';
import { campaignStepSchema } from '../campaign/steps.ts';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, reason } from '../kernel/fields.ts';

/** How a step ended: it was done (what was waited for came, the condition holds), its time ran out, or its condition does not hold. */
export const stepOutcomes = ['done', 'timed_out', 'not_met'] as const;

export const campaignEnrollmentCommands = defineCommands({
  /** Puts a contact in, with the steps as they are now: what is changed later is for those who enter later. */
  'campaign_enrollment.enroll': z.object({
    enrollmentId: id,
    campaignId: id,
    projectId: id,
    contactId: id,
    steps: z.array(campaignStepSchema).min(1),
    reEntry: z.boolean(),
    exitOnReply: z.boolean(),
  }),
  /** The step ended: on to where that leads. */
  'campaign_enrollment.advance': z.object({ stepId: id, outcome: z.enum(stepOutcomes) }),
  'campaign_enrollment.pause': z.object({}),
  'campaign_enrollment.resume': z.object({}),
  'campaign_enrollment.exit': z.object({ reason }),
});

/** Any command of an enrolment in a campaign. */
export type CampaignEnrollmentCommand = CommandsOf<typeof campaignEnrollmentCommands>;
