// What can be asked of a campaign: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { at, count, id, label, tenantId } from '../kernel/fields.ts';
import { campaignGoals } from './events.ts';
import { campaignStepSchema } from './steps.ts';

const order = z.number().int().min(1).max(50);
const about = {
  name: label,
  description: z.string().max(2000).optional(),
  goalType: z.enum(campaignGoals),
  /** How many contacts, conversions or answers are wanted. */
  goalValue: z.number().int().min(1).max(1_000_000_000).optional(),
  /** Whether a contact who was in it before may enter again. */
  reEntry: z.boolean(),
  /** Whether a contact who answers leaves the campaign. */
  exitOnReply: z.boolean(),
};

export const campaignCommands = defineCommands({
  'campaign.create': z.object({ campaignId: id, projectId: id, tenantId, ...about }),
  /** Changes a draft; what is left out stays. */
  'campaign.update': z.object(about).partial(),
  /** Puts a step in at `order`, counted from 1; left out: at the end. */
  'campaign.add_step': z.object({ step: campaignStepSchema, order: order.optional() }),
  'campaign.remove_step': z.object({ stepId: id }),
  'campaign.move_step': z.object({ stepId: id, order }),
  /** Sets, or changes, when it is activated. */
  'campaign.schedule': z.object({ startDate: at }),
  'campaign.activate': z.object({}),
  'campaign.pause': z.object({}),
  'campaign.resume': z.object({}),
  /** `openEnrollments`: how many contacts are still in it, counted in the same transaction. */
  'campaign.complete': z.object({ openEnrollments: count }),
  'campaign.archive': z.object({}),
});

/** Any command of a campaign. */
export type CampaignCommand = CommandsOf<typeof campaignCommands>;
