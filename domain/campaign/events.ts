// The events of a campaign. It is event-sourced: these rows hold everything its state is made of. Who is in it is told by its enrolments.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, tenantId } from '../kernel/fields.ts';
import { campaignStepSchema, campaignStepTypes } from './steps.ts';

/** What a campaign is for; `goalValue` says how much of it. */
export const campaignGoals = ['reach_contacts', 'conversions', 'engagement'] as const;

const campaignId = id;
const someCampaign = '018f5a10-0000-7000-8000-0000000000b0';
const someStep = '018f5a10-0000-7000-8000-0000000000b1';
const someTime = '2026-01-31T12:00:00.000Z';
const only = { campaignId: someCampaign };

export const campaignEvents = defineEvents('campaign', {
  'campaign.created': event({
    version: 1,
    summary: 'A campaign was drafted; with `revised` a draft was changed, which stays inside.',
    data: z.object({
      campaignId,
      tenantId,
      name: label,
      description: z.string().optional(),
      goalType: z.enum(campaignGoals),
      goalValue: z.number().optional(),
      projectId: id.optional(),
      reEntry: z.boolean().optional(),
      exitOnReply: z.boolean().optional(),
      createdAt: at.optional(),
      revised: z.literal(true).optional(),
    }),
    webhooks: {
      names: ['campaign.created'],
      choose: ({ revised }) => (revised ? undefined : 'campaign.created'),
    },
    example: {
      ...only,
      tenantId: 'demo',
      name: 'Spring',
      goalType: 'conversions',
      goalValue: 100,
      createdAt: someTime,
    },
  }),
  'campaign.activated': event({
    version: 1,
    summary: 'The campaign runs and takes contacts in from now on.',
    data: z.object({ campaignId, activatedAt: at.optional() }),
    webhooks: ['campaign.activated'],
    example: { ...only, activatedAt: someTime },
  }),
  'campaign.scheduled': event({
    version: 1,
    summary: 'The campaign will be activated at `startDate`; told again when that was changed.',
    data: z.object({ campaignId, startDate: at }),
    webhooks: ['campaign.scheduled'],
    example: { ...only, startDate: someTime },
  }),
  'campaign.paused': event({
    version: 1,
    summary: 'The campaign takes nobody in and moves nobody on for now.',
    data: z.object({ campaignId, pausedAt: at.optional() }),
    webhooks: ['campaign.paused'],
    example: { ...only, pausedAt: someTime },
  }),
  'campaign.resumed': event({
    version: 1,
    summary: 'The campaign goes on after a pause.',
    data: z.object({ campaignId, resumedAt: at.optional() }),
    webhooks: ['campaign.resumed'],
    example: { ...only, resumedAt: someTime },
  }),
  'campaign.completed': event({
    version: 1,
    summary: 'The campaign is over: nobody is in it any more, and it takes nobody in.',
    data: z.object({ campaignId, completedAt: at.optional() }),
    webhooks: ['campaign.completed'],
    example: { ...only, completedAt: someTime },
  }),
  'campaign.archived': event({
    version: 1,
    summary: 'The campaign was put away for good; whoever was still in it leaves it.',
    data: z.object({ campaignId, archivedAt: at.optional() }),
    webhooks: ['campaign.archived'],
    example: { ...only, archivedAt: someTime },
  }),
  'campaign.step_added': event({
    version: 1,
    summary: 'A step was put in at `order`, counted from 1. A moved step is taken out and put in.',
    data: z.object({
      campaignId,
      stepId: id,
      stepType: z.enum(campaignStepTypes),
      order: z.number().int().min(1),
      step: campaignStepSchema.optional(),
    }),
    webhooks: [],
    example: {
      ...only,
      stepId: someStep,
      stepType: 'delay',
      order: 1,
      step: { stepId: someStep, stepType: 'delay', delay: { amount: 2, unit: 'hours' } },
    },
  }),
  'campaign.step_removed': event({
    version: 1,
    summary: 'A step was taken out; contacts who entered before keep it.',
    data: z.object({ campaignId, stepId: id }),
    webhooks: [],
    example: { ...only, stepId: someStep },
  }),
});

/** Any event of a campaign. */
export type CampaignEvent = EventsOf<typeof campaignEvents>;
