// Automations: a pipeline's rules for one trigger, their runs, and why a rule fired or not.
import { z } from '@hono/zod-openapi';
import { and, eq } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { activeAgent } from '../../db/queries/active-agent.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { type Reference, requireReferences } from '../../db/references.ts';
import { automationRuns, automations } from '../../db/schema/automations.ts';
import { channels } from '../../db/schema/channels.ts';
import { pipelineStatuses, pipelines } from '../../db/schema/pipelines.ts';
import { projects } from '../../db/schema/projects.ts';
import type { Automation } from '../../domain/automation/automation.ts';
import { automationCommands, rule } from '../../domain/automation/commands.ts';
import type { WriteContext } from '../call-context.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { automationRunSchema, automationSchema, explanationSchema, runStatus } from '../schemas/automation.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import { explainAutomation } from './explain-automation.ts';

const definition = aggregates.automation;
const tag = 'automations';
const path = '/v1/automations';
const { answer, list, read, verb, toCreated } = resource({
  definition,
  name: 'automation',
  schemaName: 'Automation',
  path,
  tag,
  schema: automationSchema,
});

const timers =
  'The triggers no_response.timeout, after.delay and scheduled can be configured and are checked; they set nothing off before the saga with their timers is there.';
const { create, update } = {
  create: automationCommands['automation.create'],
  update: automationCommands['automation.update'],
};
const rules = z.array(rule.partial({ ruleId: true })).max(20);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

type GivenRules = z.infer<typeof rules>;

/** Rules without an id are new ones. */
const withIds = (given: GivenRules, { deps }: WriteContext) =>
  given.map((one) => ({ ...one, ruleId: one.ruleId ?? deps.database.ids.next() }));

/** What the actions name has to be there. */
function referencesOf(given: GivenRules): Reference[] {
  return given.flatMap(({ actions }, rule) =>
    actions.flatMap(({ type, params }, index): Reference[] => {
      const at = `body.rules.${rule}.actions.${index}.params`;
      if (type === 'send_message')
        return [{ path: `${at}.channelId`, name: 'channel', table: channels, ids: params.channelId }];
      if (type === 'change_pipeline_status')
        return [{ path: `${at}.statusId`, name: 'pipeline status', table: pipelineStatuses, ids: params.statusId }];
      if (type === 'assign_agent') return [activeAgent(`${at}.agentId`, params.agentId)];
      return [];
    }),
  );
}

async function known(tx: WriteContext['tx'], { keysOf }: WriteContext['deps']['database'], id: string) {
  return found(await readOne(tx, keysOf, definition.store, id), 'automation') as unknown as Automation;
}

export const automationRoutes: readonly Route[] = [
  writeRoute({
    ...commandRoutes['automation.create'],
    operationId: 'createAutomation',
    tag,
    summary: 'Creates an automation; it does nothing until it is enabled',
    description: timers,
    body: create.omit({ automationId: true }).extend({ rules }).strict(),
    answer: { ...answer, status: 201 },
    handle: async ({ body }, context) => {
      const { tx, run, deps } = context;
      const ofProject = eq(pipelines.projectId, body.projectId);
      await requireReferences(tx, [
        { path: 'body.projectId', name: 'project', table: projects, ids: body.projectId },
        {
          path: 'body.pipelineId',
          name: 'pipeline of this project',
          table: pipelines,
          ids: body.pipelineId,
          only: ofProject,
        },
        ...referencesOf(body.rules),
      ]);
      const automationId = deps.database.ids.next();
      const data = { ...body, automationId, rules: withIds(body.rules, context) };
      return toCreated(await run(definition, automationId, { type: 'automation.create', data }));
    },
  }),
  list({ projectId: uuid.optional(), pipelineId: uuid.optional(), enabled: flag.optional() }, (query) =>
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
    description: timers,
    body: update.extend({ rules: rules.optional() }).strict(),
    before: async ({ params, body }, { tx, deps }) => {
      const { rules: present } = await known(tx, deps.database, params.id);
      const foreign = body.rules?.findIndex(
        (one) => one.ruleId && !present.some(({ ruleId }) => ruleId === one.ruleId),
      );
      if (foreign !== undefined && foreign >= 0)
        await requireReferences(tx, [
          {
            path: `body.rules.${foreign}.ruleId`,
            name: 'rule in this automation',
            table: automations,
            ids: body.rules?.[foreign]?.ruleId,
          },
        ]);
    },
    after: ({ body }, { tx }) => requireReferences(tx, referencesOf(body.rules ?? [])),
    data: ({ body }, context) => ({ ...body, ...(body.rules && { rules: withIds(body.rules, context) }) }),
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
