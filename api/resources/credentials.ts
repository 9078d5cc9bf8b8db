// Credentials: what integrations sign in with elsewhere. Secrets go in, sealed; no route gives them out.
import { z } from '@hono/zod-openapi';
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { mergeSecrets, type Secrets, storeSecrets } from '../../db/credential-secrets.ts';
import { equal } from '../../db/queries/conditions.ts';
import { requireReferences } from '../../db/references.ts';
import { credentials } from '../../db/schema/credentials.ts';
import { projects } from '../../db/schema/projects.ts';
import { secretNames } from '../../domain/credential/commands.ts';
import { label } from '../../domain/kernel/fields.ts';
import { type Route, writeRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, moment, uuid } from '../schemas/common.ts';
import { credentialSchema, credentialStatus, credentialType, secretsSchema } from '../schemas/credential.ts';

const definition = aggregates.credential;
const tag = 'credentials';
const { list, read, verb, answer, toAnswer, toCreated } = resource({
  definition,
  name: 'credential',
  schemaName: 'Credential',
  path: '/v1/credentials',
  tag,
  schema: credentialSchema,
  scope: 'admin',
});
const namesOf = (secrets: Secrets) => secretNames.filter((name) => secrets[name] !== undefined);

export const credentialRoutes: readonly Route[] = [
  writeRoute({
    ...commandRoutes['credential.create'],
    operationId: 'createCredential',
    tag,
    summary: 'Stores a credential; its secrets are never shown again',
    body: z.strictObject({
      credentialType,
      name: label,
      secrets: secretsSchema,
      projectId: uuid.optional().openapi({ description: 'The only project it is for; the tenant when left out.' }),
      expiresAt: moment.optional(),
    }),
    answer: { ...answer, status: 201 },
    handle: async ({ body: { secrets, ...body } }, { tx, run, deps, caller }) => {
      await requireReferences(tx, [{ path: 'body.projectId', name: 'project', table: projects, ids: body.projectId }]);
      const credentialId = deps.database.ids.next();
      const data = { ...body, credentialId, tenantId: caller.tenantId, secretNames: namesOf(secrets) };
      const made = await run(definition, credentialId, { type: 'credential.create', data });
      await storeSecrets(tx, deps.database.keysOf, credentialId, secrets);
      return toCreated(made);
    },
  }),
  list(
    { projectId: uuid.optional(), credentialType: credentialType.optional(), status: credentialStatus.optional() },
    (query) =>
      and(
        equal(credentials.projectId, query.projectId),
        equal(credentials.credentialType, query.credentialType),
        equal(credentials.status, query.status),
      ),
  ),
  read(),
  writeRoute({
    ...commandRoutes['credential.update'],
    operationId: 'updateCredential',
    tag,
    summary: 'Changes a credential; `secrets` replaces all that were there',
    params: idParams,
    body: z.strictObject({
      name: label.optional(),
      expiresAt: moment.nullable().optional(),
      secrets: secretsSchema.optional(),
    }),
    versioned: true,
    answer,
    handle: async ({ params: { id }, body: { secrets, ...body } }, { tx, run, deps }) => {
      const data = { ...body, ...(secrets && { secretNames: namesOf(secrets) }) };
      const made = await run(definition, id, { type: 'credential.update', data });
      if (secrets) await storeSecrets(tx, deps.database.keysOf, id, secrets);
      return toAnswer(made);
    },
  }),
  writeRoute({
    ...commandRoutes['credential.refresh_oauth'],
    operationId: 'refreshCredential',
    tag,
    summary: 'Stores the new tokens of an OAuth credential; an expired one can be used again',
    params: idParams,
    body: z.strictObject({
      accessToken: secretsSchema.shape.accessToken.unwrap(),
      refreshToken: secretsSchema.shape.refreshToken.openapi({ description: 'The one that is stored when left out.' }),
      expiresAt: moment,
    }),
    versioned: true,
    answer,
    handle: async ({ params: { id }, body: { expiresAt, ...secrets } }, { tx, run, deps }) => {
      const data = { expiresAt, secretNames: namesOf(secrets) };
      const made = await run(definition, id, { type: 'credential.refresh_oauth', data });
      await mergeSecrets(tx, deps.database.keysOf, id, secrets);
      return toAnswer(made);
    },
  }),
  verb('credential.activate', commandRoutes['credential.activate'], {
    operationId: 'activateCredential',
    summary: 'Lets a credential be used again',
  }),
  verb('credential.deactivate', commandRoutes['credential.deactivate'], {
    operationId: 'deactivateCredential',
    summary: 'Keeps a credential from being used',
  }),
];
