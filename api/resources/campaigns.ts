// Campaigns: steps that contacts go through towards a goal; and the contacts' ways through them.
import { z } from '@hono/zod-openapi';
import { and, eq, ne, notInArray } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { enrollInCampaign, openEnrollments } from '../../db/enroll-contacts.ts';
import { equal } from '../../db/queries/conditions.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { requireReferences } from '../../db/references.ts';
import { broadcasts } from '../../db/schema/broadcasts.ts';
import { campaignEnrollments, campaigns } from '../../db/schema/campaigns.ts';
import { sequences } from '../../db/schema/sequences.ts';
import { campaignCommands } from '../../domain/campaign/commands.ts';
import { campaignStepWith } from '../../domain/campaign/steps.ts';
import { found, type Route, writeRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { campaignEnrollmentSchema, campaignSchema, campaignStatus } from '../schemas/campaign.ts';
import { idParams, uuid } from '../schemas/common.ts';
import { enrollBody, enrolledSchema, enrollmentStatus, exitBody, order, stepParams } from '../schemas/outreach.ts';

const definition = aggregates.campaign;
const tag = 'campaigns';
const { answer, toAnswer, toCreated, list, read, changes, verb } = resource({
  definition,
  name: 'campaign',
  schemaName: 'Campaign',
  path: '/v1/campaigns',
  tag,
  schema: campaignSchema,
});
const enrollment = resource({
  definition: aggregates.campaignEnrollment,
  name: 'campaign enrollment',
  schemaName: 'CampaignEnrollment',
  path: '/v1/campaign-enrollments',
  tag,
  schema: campaignEnrollmentSchema,
});
const { name, description, goalType, goalValue } = campaignCommands['campaign.create'].shape;
const about = { name, description, goalType, goalValue };

const stepRoutes: readonly Route[] = [
  verb('campaign.add_step', commandRoutes['campaign.add_step'], {
    operationId: 'addCampaignStep',
    summary: 'Puts a step in: at `order`, or at the end',
    description:
      'In a draft or during a pause. Contacts who are in the campaign keep the steps they entered with. A step may lead to one that is not there yet: it has to be when the campaign is activated.',
    body: z.strictObject({ order: order.optional(), step: campaignStepWith(uuid.optional()) }),
    data: ({ body: { order, step } }, { deps }) => ({
      order,
      step: { ...step, stepId: step.stepId ?? deps.database.ids.next() },
    }),
    before: async ({ params, body: { step } }, { tx, deps }) => {
      const campaign = found(await readOne(tx, deps.database.keysOf, definition.store, params.id), 'campaign');
      const projectId = String(campaign.projectId);
      const usable = notInArray(broadcasts.status, ['cancelled', 'failed']);
      await requireReferences(tx, [
        {
          path: 'body.step.broadcastId',
          name: 'broadcast',
          table: broadcasts,
          ids: step.stepType === 'broadcast' ? step.broadcastId : undefined,
          only: and(eq(broadcasts.projectId, projectId), usable),
        },
        {
          path: 'body.step.sequenceId',
          name: 'sequence',
          table: sequences,
          ids: step.stepType === 'sequence' ? step.sequenceId : undefined,
          only: and(eq(sequences.projectId, projectId), ne(sequences.status, 'archived')),
        },
      ]);
    },
  }),
  verb('campaign.remove_step', commandRoutes['campaign.remove_step'], {
    operationId: 'removeCampaignStep',
    summary: 'Takes a step out; one that is not there is no error',
    params: stepParams,
    data: ({ params: { stepId } }) => ({ stepId }),
  }),
  verb('campaign.move_step', commandRoutes['campaign.move_step'], {
    operationId: 'moveCampaignStep',
    summary: 'Puts a step in another place',
    params: stepParams,
    body: z.strictObject({ order }),
    data: ({ params: { stepId }, body }) => ({ stepId, ...body }),
  }),
];

const campaignVerbs: readonly Route[] = [
  verb('campaign.schedule', commandRoutes['campaign.schedule'], {
    operationId: 'scheduleCampaign',
    summary: 'Sets or changes when a draft is activated',
    body: campaignCommands['campaign.schedule'].strict(),
  }),
  verb('campaign.activate', commandRoutes['campaign.activate'], {
    operationId: 'activateCampaign',
    summary: 'Lets a campaign run and take contacts in',
  }),
  verb('campaign.pause', commandRoutes['campaign.pause'], {
    operationId: 'pauseCampaign',
    summary: 'Takes nobody in and moves nobody on for now',
  }),
  verb('campaign.resume', commandRoutes['campaign.resume'], {
    operationId: 'resumeCampaign',
    summary: 'Goes on after a pause',
  }),
  writeRoute({
    ...commandRoutes['campaign.complete'],
    operationId: 'completeCampaign',
    tag,
    summary: 'Ends a campaign that nobody is in any more',
    params: idParams,
    versioned: true,
    answer,
    handle: async ({ params }, { tx, run }) => {
      const data = { openEnrollments: await openEnrollments(tx, params.id) };
      return toAnswer(await run(definition, params.id, { type: 'campaign.complete', data }));
    },
  }),
  verb('campaign.archive', commandRoutes['campaign.archive'], {
    operationId: 'archiveCampaign',
    summary: 'Puts a campaign away for good; whoever is in it leaves',
  }),
];

const enrollmentRoutes: readonly Route[] = [
  writeRoute({
    ...commandRoutes['campaign_enrollment.enroll'],
    operationId: 'enrollInCampaign',
    tag,
    summary: 'Puts up to 500 contacts into an active campaign',
    description: 'A contact that is in it already, or was and may not enter again, is passed over and named.',
    params: idParams,
    body: enrollBody,
    answer: { description: 'Who entered, and who was passed over.', schema: enrolledSchema },
    handle: async ({ params, body }, { tx, deps, cause }) => ({
      body: await enrollInCampaign(deps.database, tx, { id: params.id, ...body }, cause),
    }),
  }),
  enrollment.list(
    { campaignId: uuid.optional(), contactId: uuid.optional(), status: enrollmentStatus.optional() },
    (query) =>
      and(
        equal(campaignEnrollments.campaignId, query.campaignId),
        equal(campaignEnrollments.contactId, query.contactId),
        equal(campaignEnrollments.status, query.status),
      ),
  ),
  enrollment.read(),
  enrollment.verb('campaign_enrollment.pause', commandRoutes['campaign_enrollment.pause'], {
    operationId: 'pauseCampaignEnrollment',
    summary: 'Lets the campaign stand still for one contact',
  }),
  enrollment.verb('campaign_enrollment.resume', commandRoutes['campaign_enrollment.resume'], {
    operationId: 'resumeCampaignEnrollment',
    summary: 'Goes on; what fell due meanwhile is due now',
  }),
  enrollment.verb('campaign_enrollment.exit', commandRoutes['campaign_enrollment.exit'], {
    operationId: 'exitCampaignEnrollment',
    summary: 'Takes one contact out of the campaign',
    body: exitBody,
  }),
];

export const campaignRoutes: readonly Route[] = [
  writeRoute({
    ...commandRoutes['campaign.create'],
    operationId: 'createCampaign',
    tag,
    summary: 'Drafts a campaign',
    body: z.strictObject({
      projectId: uuid,
      ...about,
      reEntry: z.boolean().default(false),
      exitOnReply: z.boolean().default(false),
    }),
    answer: { ...answer, status: 201 },
    handle: async ({ body }, { tx, run, deps, caller }) => {
      found(await readOne(tx, deps.database.keysOf, aggregates.project.store, body.projectId), 'project');
      const campaignId = deps.database.ids.next();
      const data = { ...body, campaignId, tenantId: caller.tenantId };
      return toCreated(await run(definition, campaignId, { type: 'campaign.create', data }));
    },
  }),
  list({ projectId: uuid.optional(), status: campaignStatus.optional() }, (query) =>
    and(equal(campaigns.projectId, query.projectId), equal(campaigns.status, query.status)),
  ),
  read(),
  changes(),
  verb('campaign.update', commandRoutes['campaign.update'], {
    operationId: 'updateCampaign',
    summary: 'Changes a draft; what is left out stays',
    body: z.strictObject({ ...about, reEntry: z.boolean(), exitOnReply: z.boolean() }).partial(),
  }),
  ...stepRoutes,
  ...campaignVerbs,
  ...enrollmentRoutes,
];
