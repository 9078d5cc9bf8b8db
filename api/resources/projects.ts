// Projects: what a tenant's channels and contacts belong to.
import { z } from '@hono/zod-openapi';
import { aggregates } from '../../db/aggregates.ts';
import { presentUser } from '../../db/queries/present-user.ts';
import { label } from '../../domain/kernel/fields.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { moment, sequence, uuid } from '../schemas/common.ts';

const { create, list, read } = resource({
  definition: aggregates.project,
  name: 'project',
  schemaName: 'Project',
  path: '/v1/projects',
  tag: 'projects',
  schema: z.object({ id: uuid, userId: uuid, name: z.string(), createdAt: moment, sequence }).openapi('Project'),
});

export const projectRoutes: readonly Route[] = [
  create('project.create', commandRoutes['project.create'], {
    operationId: 'createProject',
    summary: 'Creates a project',
    idName: 'projectId',
    body: z.strictObject({
      name: label,
      userId: uuid.optional().openapi({ description: 'The user who sets it up; the caller when left out.' }),
    }),
    references: ({ userId }) => [presentUser('body.userId', userId)],
    data: ({ userId }, { caller }) => ({ userId: userId ?? caller.id }),
  }),
  list({}, () => undefined),
  read(),
];
