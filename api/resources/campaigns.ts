// Campaigns: steps that contacts go through towards a goal; and the contacts' ways through them.
import { z } from '@hono/zod-openapi';
import { and, eq, ne, notInArray } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { requireCustomFields } from '../../db/custom-fields.ts';
import { enrollInCampaign, openEnrollments } from '../../db/enroll-contacts.ts';
import { exitEnrollments } from '../../db/exit-enrollments.ts';
import { conditionFields, conditionReferences } from '../../db/queries/condition-references.ts';
import { equal } from '../../db/queries/conditions.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { type Reference, requireReferences } from '../../db/references.ts';
import { broadcasts } from '../../db/schema/broadcasts.ts';
import { campaignEnrollments, campaigns } from '../../db/schema/campaigns.ts';
import { sequences } from '../../db/schema/sequences.ts';
import type { Tx } from '../../db/transaction.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { campaignCommands } from '../../domain/campaign/commands.ts';
import { campaignStepWith, type StepContent } from '../../domain/campaign/steps.ts';
import type { WriteContext } from '../call-context.ts';
import { found, type Route } from '../define-route.ts';
import { notYet } from '../not-yet.ts';
import { resource } from '../resource.ts';
import type { Changed } from '../resource-definition.ts';
import { commandRoutes } from '../routes.ts';
import { campaignEnrollmentSchema, campaignSchema, campaignStatus } from '../schemas/campaign.ts';
import { uuid } from '../schemas/common.ts';
import { order, stepParams } from '../schemas/outreach.ts';
import { enrollmentRoutesOf } from './enrollment-routes.ts';

const definition = aggregates.campaign;
const { create, list, read, changes, verb } = resource({
  definition,
  name: 'campaign',
  schemaName: 'Campaign',
  path: '/v1/campaigns',
  tag: 'campaigns',
  schema: campaignSchema,
});
const { name, description, goalType, goalValue } = campaignCommands['campaign.create'].shape;
const about = { name, description, goalType, goalValue };

/** Throws reference_not_found for what steps name and is not there, or can't be used any more. `path`: where a step stands in the request. */
async function requireSteps(
  tx: Tx,
  projectId: string,
  steps: readonly { readonly path: string; readonly step: StepContent }[],
): Promise<void> {
  const usable = notInArray(broadcasts.status, ['cancelled', 'failed']);
  const references = steps.flatMap(({ path, step }): Reference[] => {
    switch (step.stepType) {
      case 'broadcast': {
        const only = and(eq(broadcasts.projectId, projectId), usable);
        return [{ path: `${path}.broadcastId`, name: 'broadcast', table: broadcasts, ids: step.broadcastId, only }];
      }
      case 'sequence': {
        const only = and(eq(sequences.projectId, projectId), ne(sequences.status, 'archived'));
        return [{ path: `${path}.sequenceId`, name: 'sequence', table: sequences, ids: step.sequenceId, only }];
      }
      case 'condition':
        return conditionReferences(`${path}.condition`, projectId, step.condition);
      default:
        return [];
    }
  });
  await requireReferences(tx, references);
  const fields = steps.flatMap(({ path, step }) =>
    step.stepType === 'condition' ? conditionFields(`${path}.condition`, step.condition) : [],
  );
  await requireCustomFields(tx, projectId, fields);
}

/** What the steps lead to may have been cancelled or put away since they were put in. */
const stillUsable = (_request: unknown, { tx }: WriteContext, { state }: Changed<Campaign>): Promise<void> =>
  requireSteps(
    tx,
    state.projectId,
    state.steps.map((step, index) => ({ path: `steps[${index}]`, step })),
  );

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
      await requireSteps(tx, projectId, [{ path: 'body.step', step }]);
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
    description: notYet,
    body: campaignCommands['campaign.schedule'].strict(),
  }),
  verb('campaign.activate', commandRoutes['campaign.activate'], {
    operationId: 'activateCampaign',
    summary: 'Lets a campaign run and take contacts in',
    after: stillUsable,
  }),
  verb('campaign.pause', commandRoutes['campaign.pause'], {
    operationId: 'pauseCampaign',
    summary: 'Takes nobody in and moves nobody on for now',
  }),
  verb('campaign.resume', commandRoutes['campaign.resume'], {
    operationId: 'resumeCampaign',
    summary: 'Goes on after a pause',
    after: stillUsable,
  }),
  verb('campaign.complete', commandRoutes['campaign.complete'], {
    operationId: 'completeCampaign',
    summary: 'Ends a campaign that nobody is in any more',
    data: async ({ params }, { tx }) => ({ openEnrollments: await openEnrollments(tx, params.id) }),
  }),
  verb('campaign.archive', commandRoutes['campaign.archive'], {
    operationId: 'archiveCampaign',
    summary: 'Puts a campaign away for good; whoever is in it leaves',
    after: async ({ params }, { tx, deps, cause }) =>
      exitEnrollments(deps.database, tx, 'campaign', { parentId: params.id }, 'campaign_archived', cause),
  }),
];

const enrollmentRoutes: readonly Route[] = enrollmentRoutesOf({
  family: 'campaign',
  definition: aggregates.campaignEnrollment,
  schema: campaignEnrollmentSchema,
  table: campaignEnrollments,
  filters: { campaignId: uuid.optional() },
  isIn: ({ campaignId }) => equal(campaignEnrollments.campaignId, campaignId),
  enroll: enrollInCampaign,
});

export const campaignRoutes: readonly Route[] = [
  create('campaign.create', commandRoutes['campaign.create'], {
    operationId: 'createCampaign',
    summary: 'Drafts a campaign',
    idName: 'campaignId',
    body: z.strictObject({
      projectId: uuid,
      ...about,
      reEntry: z.boolean().default(false),
      exitOnReply: z.boolean().default(false),
    }),
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
