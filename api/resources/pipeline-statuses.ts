// The statuses of pipelines: read and changed one by one. They are added, ordered and removed through their pipeline.

import { z } from '@hono/zod-openapi';
import { and, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { load } from '../../db/execute.ts';
import { equal } from '../../db/queries/conditions.ts';
import { pipelineStatuses } from '../../db/schema/pipelines.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { statusTypes } from '../../domain/pipeline/fields.ts';
import { statusCommands } from '../../domain/status/commands.ts';
import type { WriteContext } from '../call-context.ts';
import { found, type Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { flag, uuid } from '../schemas/common.ts';
import { pipelineStatusSchema } from '../schemas/pipeline.ts';

/** What the routes of a pipeline need to answer with one of its statuses. */
export const pipelineStatus = resource({
  definition: aggregates.status,
  name: 'pipeline status',
  schemaName: 'PipelineStatus',
  plural: { name: 'pipeline statuses', schemaName: 'PipelineStatuses' },
  path: '/v1/pipeline-statuses',
  tag: 'pipelines',
  schema: pipelineStatusSchema,
});
const { list, read, verb } = pipelineStatus;

/** The pipeline of the status, locked: what it says of the status stays so until the end of the transaction. */
async function lockedPipelineOf({ tx, deps }: WriteContext, statusId: string) {
  const status = await load(deps.database, tx, aggregates.status, statusId);
  const { pipelineId } = found(status.exists ? status.state : undefined, 'pipeline status');
  return (await load(deps.database, tx, aggregates.pipeline, pipelineId, true)).state;
}

export const pipelineStatusRoutes: readonly Route[] = [
  list(
    {
      pipelineId: uuid.optional(),
      statusType: z.enum(statusTypes).optional(),
      removed: flag.default('false'),
    },
    (query) =>
      and(
        equal(pipelineStatuses.pipelineId, query.pipelineId),
        equal(pipelineStatuses.statusType, query.statusType),
        query.removed === 'true' ? undefined : isNull(pipelineStatuses.removedAt),
      ),
    'Their order inside of a pipeline is its `statusIds`. `removed=true` shows those too that their pipeline no longer has.',
  ),
  read(),
  verb('status.update', commandRoutes['status.update'], {
    operationId: 'updatePipelineStatus',
    summary: 'Changes fields of a status; those left out stay',
    body: statusCommands['status.update'].strict(),
  }),
  verb('status.activate', commandRoutes['status.activate'], {
    operationId: 'activatePipelineStatus',
    summary: 'Lets contacts into the status again',
  }),
  verb('status.deactivate', commandRoutes['status.deactivate'], {
    operationId: 'deactivatePipelineStatus',
    summary: 'Lets no further contacts into the status; those in it stay',
    before: async ({ params }, context) => {
      const { leadQualification } = await lockedPipelineOf(context, params.id);
      if (leadQualification?.statusId === params.id)
        throw violated(
          'status_in_qualification',
          'Qualified contacts are moved to this status: set the lead qualification to another status first.',
        );
    },
  }),
];
