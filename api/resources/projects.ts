// Projects: what a tenant's channels and contacts belong to.
import { z } from '@hono/zod-openapi';
import { ne } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { presentUser } from '../../db/queries/present-user.ts';
import { billingAccounts } from '../../db/schema/billing-accounts.ts';
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
  schema: z
    .object({
      id: uuid,
      userId: uuid,
      name: z.string(),
      billingAccountId: uuid.nullable(),
      createdAt: moment,
      sequence,
    })
    .openapi('Project'),
});

export const projectRoutes: readonly Route[] = [
  create('project.create', commandRoutes['project.create'], {
    operationId: 'createProject',
    summary: 'Creates a project',
    idName: 'projectId',
    body: z.strictObject({
      name: label,
      userId: uuid.optional().openapi({ description: 'The user who sets it up; the caller when left out.' }),
      billingAccountId: uuid.optional().openapi({ description: 'Who pays for it.' }),
    }),
    references: ({ userId, billingAccountId }) => [
      presentUser('body.userId', userId),
      {
        path: 'body.billingAccountId',
        name: 'billing account that is not canceled',
        table: billingAccounts,
        ids: billingAccountId,
        only: ne(billingAccounts.status, 'canceled'),
      },
    ],
    data: ({ userId }, { caller }) => ({ userId: userId ?? caller.id }),
  }),
  list({}, () => undefined),
  read(),
];
