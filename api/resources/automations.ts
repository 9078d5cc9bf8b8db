// Automations: a pipeline's rules for one trigger, their runs, and why a rule fired or not.
import { z } from '@hono/zod-openapi';
import { and, eq } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { requireCustomFields } from '../../db/custom-fields.ts';
import { listWaits } from '../../db/queries/automation-waits.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { missingReferences, requireReferences } from '../../db/references.ts';
import { automationRuns, automations } from '../../db/schema/automations.ts';
import { pipelines } from '../../db/schema/pipelines.ts';
import type { Automation } from '../../domain/automation/automation.ts';
import { automationCommands, rule } from '../../domain/automation/commands.ts';
import { automationFields, automationReferences } from '../automation-references.ts';
import type { WriteContext } from '../call-context.ts';
import { found, type Route, readRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import {
  automationRunSchema,
  automationSchema,
  automationWaitSchema,
  explanationSchema,
  runStatus,
} from '../schemas/automation.ts';
import { flag, idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import { tellWaits } from '../tell-waits.ts';
import { explainAutomation } from './explain-automation.ts';

const definition = aggregates.automation;
const tag = 'automations';
const path = '/v1/automations';
const { create, list, read, verb } = resource({
  definition,
  name: 'automation',
  schemaName: 'Automation',
  path,
  tag,
  schema: automationSchema,
});

const timers =
  'The triggers no_response.timeout and after.delay wait for their time, and look again at its end whether all still holds. The trigger scheduled can be configured and is checked; it sets nothing off yet.';
const creation = automationCommands['automation.create'];
const update = automationCommands['automation.update'];
const rules = z.array(rule.partial({ ruleId: true })).max(20);
const isTrue = flag.transform((text) => text === 'true');

type GivenRules = z.infer<typeof rules>;

/** Rules without an id are new ones. */
const withIds = (given: GivenRules, { deps }: WriteContext) =>
  given.map((one) => ({ ...one, ruleId: one.ruleId ?? deps.database.ids.next() }));

async function known(tx: WriteContext['tx'], { keysOf }: WriteContext['deps']['database'], id: string) {
  return found(await readOne(tx, keysOf, definition.store, id), 'automation') as unknown as Automation;
}

export const automationRoutes: readonly Route[] = [
  create('automation.create', commandRoutes['automation.create'], {
    operationId: 'createAutomation',
    summary: 'Creates an automation; it does nothing until it is enabled',
    description: timers,
    idName: 'automationId',
    body: creation.omit({ automationId: true }).extend({ rules }).strict(),
    references: (body) => {
      const only = eq(pipelines.projectId, body.projectId);
      const pipeline = { path: 'body.pipelineId', name: 'pipeline of this project', table: pipelines, only };
      return [{ ...pipeline, ids: body.pipelineId }, ...automationReferences(body, body)];
    },
    before: (body, { tx }) => requireCustomFields(tx, body.projectId, automationFields(body)),
    data: (body, context) => ({ rules: withIds(body.rules, context) }),
  }),
  list({ projectId: uuid.optional(), pipelineId: uuid.optional(), enabled: isTrue.optional() }, (query) =>
    and(
      equal(automations.projectId, query.projectId),
      equal(automations.pipelineId, query.pipelineId),
      equal(automations.enabled, query.enabled),
    ),
  ),
  read(),
  verb('automation.update', commandRoutes['automation.update'], {
    operationId: 'updateAutomation',
    summary: 'Changes what is given; a rule keeps its id and its history if it is given with it',
    description: `${timers} A changed trigger holds for what waits already.`,
    body: update.extend({ rules: rules.optional() }).strict(),
    before: async ({ params, body }, { tx, deps }) => {
      const automation = await known(tx, deps.database, params.id);
      const ours = new Set(automation.rules.map(({ ruleId }) => ruleId));
      const foreign = (body.rules ?? []).findIndex(({ ruleId }) => ruleId !== undefined && !ours.has(ruleId));
      if (foreign >= 0)
        throw missingReferences([
          { path: `body.rules.${foreign}.ruleId`, message: 'There is no such rule: leave it out for a new one' },
        ]);
      await requireReferences(tx, automationReferences(automation, body));
      await requireCustomFields(tx, automation.projectId, automationFields(body));
    },
    data: ({ body }, context) => ({ ...body, ...(body.rules && { rules: withIds(body.rules, context) }) }),
    after: ({ params }, { tx, deps }) => tellWaits(deps, tx, params.id),
  }),
  verb('automation.enable', commandRoutes['automation.enable'], {
    operationId: 'enableAutomation',
    summary: 'Lets an automation act from now on',
    description: timers,
  }),
  verb('automation.disable', commandRoutes['automation.disable'], {
    operationId: 'disableAutomation',
    summary: 'Lets an automation act no more; runs that have begun go on',
  }),
  readRoute({
    method: 'get',
    path: `${path}/{id}/runs`,
    scope: 'read',
    operationId: 'listAutomationRuns',
    tag,
    summary: "Lists the runs of an automation's rules, newest first",
    params: idParams,
    query: pageQuery.extend({ status: runStatus.optional(), contactId: uuid.optional() }),
    answer: { description: 'A page.', schema: pageOf(automationRunSchema, 'AutomationRun') },
    handle: async ({ params, query }, { read, deps }) => {
      const body = await read(async (tx) => {
        await known(tx, deps.database, params.id);
        const condition = and(
          eq(automationRuns.automationId, params.id),
          equal(automationRuns.status, query.status),
          equal(automationRuns.contactId, query.contactId),
        );
        return listPage(tx, deps.database.keysOf, aggregates.automationRun.store, condition, query as never);
      });
      return { body };
    },
  }),
  readRoute({
    method: 'get',
    path: `${path}/{id}/waits`,
    scope: 'read',
    operationId: 'listAutomationWaits',
    tag,
    summary: 'Lists what an automation waits for, and what came of it, the latest beginning first',
    params: idParams,
    query: pageQuery.extend({ open: flag.optional(), contactId: uuid.optional() }),
    answer: { description: 'A page.', schema: pageOf(automationWaitSchema, 'AutomationWait') },
    handle: async ({ params, query }, { read, deps }) => ({
      body: await read(async (tx) => {
        await known(tx, deps.database, params.id);
        return listWaits(tx, { automationId: params.id, ...query });
      }),
    }),
  }),
  readRoute({
    method: 'get',
    path: `${path}/{id}/explain`,
    scope: 'read',
    operationId: 'explainAutomation',
    tag,
    summary: 'Tells why each rule fired or did not for an event: what keeps it, and what came of each condition',
    params: idParams,
    query: z.object({ eventId: uuid }),
    answer: { description: 'Rule by rule.', schema: explanationSchema },
    handle: async ({ params, query }, { read, deps }) => ({
      body: await read(async (tx) =>
        explainAutomation(deps.database, tx, await known(tx, deps.database, params.id), query.eventId),
      ),
    }),
  }),
];
