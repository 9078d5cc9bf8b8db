// Users: who sets up projects and pays for them.
import { z } from '@hono/zod-openapi';
import { and, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { users } from '../../db/schema/users.ts';
import { userEmail } from '../../db/stores/user-store.ts';
import type { TenantKeys } from '../../db/tenant-keys.ts';
import { userCommands } from '../../domain/user/commands.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { userSchema } from '../schemas/people.ts';

const notDeleted = isNull(users.deletedAt);
const { create, list, read, verb } = resource({
  definition: aggregates.user,
  name: 'user',
  schemaName: 'User',
  path: '/v1/users',
  tag: 'users',
  schema: userSchema,
  scope: 'admin',
  hidden: notDeleted,
});
const { name, email } = userCommands['user.create'].shape;

const indexOf = (keys: TenantKeys, address: string): Promise<string> => {
  const { field, value } = userEmail(address);
  return keys.blindIndex(field, value);
};

export const userRoutes: readonly Route[] = [
  create('user.create', commandRoutes['user.create'], {
    operationId: 'createUser',
    summary: 'Adds a user',
    idName: 'userId',
    body: z.strictObject({ name, email }),
  }),
  list({ email: z.string().min(3).max(320).optional() }, async (query, keys) =>
    and(notDeleted, equal(users.emailIndex, query.email === undefined ? undefined : await indexOf(keys, query.email))),
  ),
  read(),
  verb('user.update', commandRoutes['user.update'], {
    operationId: 'updateUser',
    summary: 'Changes fields of a user; those left out stay',
    body: userCommands['user.update'].strict(),
  }),
  verb('user.delete', commandRoutes['user.delete'], {
    operationId: 'deleteUser',
    summary: 'Deletes a user; its projects stay',
    gone: true,
  }),
];
