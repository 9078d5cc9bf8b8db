// Projects: what a tenant's channels and contacts belong to.
import { z } from '@hono/zod-openapi';
import { isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { requireReferences } from '../../db/references.ts';
import { users } from '../../db/schema/users.ts';
import { label } from '../../domain/kernel/fields.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, moment, pageOf, pageQuery, sequence, uuid } from '../schemas/common.ts';

const { store } = aggregates.project;
const tag = 'projects';
const project = z.object({ id: uuid, userId: uuid, name: z.string(), createdAt: moment, sequence }).openapi('Project');

export const projectRoutes: readonly Route[] = [
  writeRoute({
    ...commandRoutes['project.create'],
    operationId: 'createProject',
    tag,
    summary: 'Creates a project',
    body: z.strictObject({
      name: label,
      userId: uuid.optional().openapi({ description: 'The user who sets it up; the caller when left out.' }),
    }),
    answer: { status: 201, description: 'The project.', schema: project },
    handle: async ({ body }, { tx, run, deps, caller }) => {
      const only = isNull(users.deletedAt);
      await requireReferences(tx, [{ path: 'body.userId', name: 'user', table: users, ids: body.userId, only }]);
      const projectId = deps.database.ids.next();
      const data = { projectId, tenantId: caller.tenantId, name: body.name, userId: body.userId ?? caller.id };
      const { state, sequence: version } = await run(aggregates.project, projectId, { type: 'project.create', data });
      return { body: { ...state, sequence: version }, sequence: version, location: `/v1/projects/${projectId}` };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/projects',
    scope: 'read',
    operationId: 'listProjects',
    tag,
    summary: 'Lists the projects, newest first',
    query: pageQuery,
    answer: { description: 'A page.', schema: pageOf(project, 'Project') },
    handle: async ({ query }, { read, deps }) => ({
      body: await read((tx) =>
        listPage(tx, deps.database.keysOf, store, undefined, { limit: query.limit, cursor: query.cursor }),
      ),
    }),
  }),
  readRoute({
    method: 'get',
    path: '/v1/projects/{id}',
    scope: 'read',
    operationId: 'readProject',
    tag,
    summary: 'Reads a project',
    params: idParams,
    versioned: true,
    answer: { description: 'The project.', schema: project },
    handle: async ({ params }, { read, deps }) => {
      const view = found(await read((tx) => readOne(tx, deps.database.keysOf, store, params.id)), 'project');
      return { body: view, sequence: view.sequence };
    },
  }),
];
