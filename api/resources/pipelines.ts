// Pipelines: the statuses that contacts go through, and by what new contacts are qualified.
import { and, eq } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { load } from '../../db/execute.ts';
import { equal } from '../../db/queries/conditions.ts';
import { requireReferences } from '../../db/references.ts';
import { pipelineStatuses, pipelines } from '../../db/schema/pipelines.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { pipelineCommands } from '../../domain/pipeline/commands.ts';
import { statusCommands } from '../../domain/status/commands.ts';
import type { WriteContext } from '../call-context.ts';
import { found, type Route, writeRoute } from '../define-route.ts';
import { notYet } from '../not-yet.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { flag, idParams, uuid } from '../schemas/common.ts';
import { pipelineSchema } from '../schemas/pipeline.ts';
import { pipelineStatus } from './pipeline-statuses.ts';

const tag = 'pipelines';
const { answer, create, list, read, changes, verb, toAnswer } = resource({
  definition: aggregates.pipeline,
  name: 'pipeline',
  schemaName: 'Pipeline',
  path: '/v1/pipelines',
  tag,
  schema: pipelineSchema,
});

const creation = pipelineCommands['pipeline.create'];
const addStatus = statusCommands['status.create'].omit({ statusId: true, projectId: true, pipelineId: true });
const isTrue = flag.transform((text) => text === 'true');

/** The pipeline in the path, locked; not_found when there is none. */
async function lockedPipeline({ tx, deps }: WriteContext, id: string) {
  const { state, exists } = await load(deps.database, tx, aggregates.pipeline, id, true);
  return found(exists ? state : undefined, 'pipeline');
}

/** Nobody stands in the status: where they go then is for people to say. */
async function requireEmpty({ tx }: WriteContext, pipelineId: string, statusId: string): Promise<void> {
  const { rows } = await tx.query(
    'select from contact_places where tenant_id = $1 and pipeline_id = $2 and status_id = $3 limit 1',
    [tx.tenantId, pipelineId, statusId],
  );
  if (rows.length > 0)
    throw violated('status_in_use', 'Contacts stand in this status: move them to another status first.');
}

export const pipelineRoutes: readonly Route[] = [
  create('pipeline.create', commandRoutes['pipeline.create'], {
    operationId: 'createPipeline',
    summary: 'Creates a pipeline, without statuses yet',
    idName: 'pipelineId',
    body: creation.omit({ pipelineId: true, tenantId: true }).strict(),
  }),
  list({ projectId: uuid.optional(), active: isTrue.optional() }, (query) =>
    and(equal(pipelines.projectId, query.projectId), equal(pipelines.active, query.active)),
  ),
  read(),
  changes(),
  verb('pipeline.update', commandRoutes['pipeline.update'], {
    operationId: 'updatePipeline',
    summary: 'Changes fields of a pipeline or the order of its statuses; what is left out stays',
    body: pipelineCommands['pipeline.update'].strict(),
  }),
  verb('pipeline.activate', commandRoutes['pipeline.activate'], {
    operationId: 'activatePipeline',
    summary: 'Lets contacts into the pipeline again',
  }),
  verb('pipeline.deactivate', commandRoutes['pipeline.deactivate'], {
    operationId: 'deactivatePipeline',
    summary: 'Lets no further contacts into the pipeline; those in it stay',
  }),
  writeRoute({
    ...commandRoutes['pipeline.add_status'],
    operationId: 'addPipelineStatus',
    tag,
    summary: 'Adds a status behind the others',
    params: idParams,
    body: addStatus.strict(),
    versioned: true,
    creates: true,
    answer: { ...pipelineStatus.answer, status: 201 },
    handle: async ({ params, body }, context) => {
      const { run, runBeside, deps } = context;
      const { projectId } = await lockedPipeline(context, params.id);
      const { name: statusName, statusType } = body;
      const statusId = deps.database.ids.next();
      const added = { type: 'pipeline.add_status', data: { statusId, statusName, statusType } } as const;
      await run(aggregates.pipeline, params.id, added);
      const data = { ...body, statusId, projectId, pipelineId: params.id };
      return pipelineStatus.toCreated(await runBeside(aggregates.status, statusId, { type: 'status.create', data }));
    },
  }),
  writeRoute({
    ...commandRoutes['pipeline.remove_status'],
    operationId: 'removePipelineStatus',
    tag,
    summary: 'Takes a status out of the pipeline for good; one that it does not have is no error',
    params: idParams.extend({ statusId: uuid }),
    versioned: true,
    answer,
    handle: async ({ params: { id, statusId } }, context) => {
      const { run, runBeside, deps, tx } = context;
      const { statusIds } = await lockedPipeline(context, id);
      const { state } = await load(deps.database, tx, aggregates.status, statusId, true);
      await requireEmpty(context, id, statusId);
      const data = { statusId, statusName: state.name || statusId };
      const changed = await run(aggregates.pipeline, id, { type: 'pipeline.remove_status', data });
      if (statusIds.includes(statusId))
        await runBeside(aggregates.status, statusId, { type: 'status.remove', data: {} });
      return toAnswer(changed);
    },
  }),
  verb('pipeline.set_lead_qualification', commandRoutes['pipeline.set_lead_qualification'], {
    operationId: 'setPipelineLeadQualification',
    summary: 'Sets by what contacts that enter the pipeline are qualified',
    description: `Each criterion that is met gives its points; who reaches \`minimumScore\` is to be moved to the status \`statusId\`. ${notYet}`,
    body: pipelineCommands['pipeline.set_lead_qualification'].strict(),
    before: async ({ params, body }, context) => {
      await lockedPipeline(context, params.id);
      const only = and(eq(pipelineStatuses.pipelineId, params.id), eq(pipelineStatuses.active, true));
      const status = { path: 'body.statusId', name: 'active status of this pipeline', table: pipelineStatuses, only };
      await requireReferences(context.tx, [{ ...status, ids: body.statusId }]);
    },
  }),
  verb('pipeline.enable_lead_qualification', commandRoutes['pipeline.enable_lead_qualification'], {
    operationId: 'enablePipelineLeadQualification',
    summary: 'Qualifies contacts that enter the pipeline from now on',
  }),
  verb('pipeline.disable_lead_qualification', commandRoutes['pipeline.disable_lead_qualification'], {
    operationId: 'disablePipelineLeadQualification',
    summary: 'Qualifies contacts no longer; the criteria stay',
  }),
];
