// Credentials: what integrations sign in with elsewhere. Secrets go in, sealed; no route gives them out.
import { z } from '@hono/zod-openapi';
import { and, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { dropSecrets, mergeSecrets, type Secrets, storeSecrets } from '../../db/credential-secrets.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listRefreshes } from '../../db/queries/credential-refreshes.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { credentials } from '../../db/schema/credentials.ts';
import { secretNames } from '../../domain/credential/commands.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import { label } from '../../domain/kernel/fields.ts';
import type { Config } from '../../platform/config.ts';
import { whyNotPublic } from '../../platform/public-address.ts';
import { found, type Route, readRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, moment, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import {
  credentialSchema,
  credentialStatus,
  credentialType,
  refreshSchema,
  secretsSchema,
} from '../schemas/credential.ts';

const notDeleted = isNull(credentials.deletedAt);
const { create, list, read, verb } = resource({
  definition: aggregates.credential,
  name: 'credential',
  schemaName: 'Credential',
  path: '/v1/credentials',
  tag: 'credentials',
  schema: credentialSchema,
  scope: 'admin',
  hidden: notDeleted,
});
const namesOf = (secrets: Secrets) => secretNames.filter((name) => secrets[name] !== undefined);

/** Throws validation_failed for an address that can't be called. */
function requireTokenUrl({ tokenUrl }: Secrets, { NODE_ENV }: Config): void {
  const message = tokenUrl === undefined ? undefined : whyNotPublic(tokenUrl, NODE_ENV === 'development');
  if (message === undefined) return;
  const issues = [{ path: 'body.secrets.tokenUrl', message }];
  throw new DomainError('validation_failed', 'The credential is not valid: see errors.', { issues });
}

export const credentialRoutes: readonly Route[] = [
  create('credential.create', commandRoutes['credential.create'], {
    operationId: 'createCredential',
    summary: 'Stores a credential; its secrets are never shown again',
    idName: 'credentialId',
    body: z.strictObject({
      credentialType,
      name: label,
      secrets: secretsSchema,
      projectId: uuid.optional().openapi({ description: 'The only project it is for; the tenant when left out.' }),
      expiresAt: moment.optional(),
    }),
    before: ({ secrets }, { deps }) => requireTokenUrl(secrets, deps.config),
    data: ({ secrets }) => ({ secretNames: namesOf(secrets) }),
    after: ({ state }, { secrets }, { tx, deps }) => storeSecrets(tx, deps.database.keysOf, state.id, secrets),
  }),
  list(
    { projectId: uuid.optional(), credentialType: credentialType.optional(), status: credentialStatus.optional() },
    (query) =>
      and(
        notDeleted,
        equal(credentials.projectId, query.projectId),
        equal(credentials.credentialType, query.credentialType),
        equal(credentials.status, query.status),
      ),
  ),
  read(),
  verb('credential.update', commandRoutes['credential.update'], {
    operationId: 'updateCredential',
    summary: 'Changes a credential; `secrets` replaces all that were there',
    body: z.strictObject({
      name: label.optional(),
      expiresAt: moment.nullable().optional(),
      secrets: secretsSchema.optional(),
    }),
    before: async ({ body: { secrets } }, { deps }) => requireTokenUrl(secrets ?? {}, deps.config),
    data: ({ body: { secrets, ...body } }) => ({ ...body, ...(secrets && { secretNames: namesOf(secrets) }) }),
    after: async ({ params: { id }, body: { secrets } }, { tx, deps }) => {
      if (secrets) await storeSecrets(tx, deps.database.keysOf, id, secrets);
    },
  }),
  verb('credential.refresh_oauth', commandRoutes['credential.refresh_oauth'], {
    operationId: 'refreshCredential',
    summary: 'Stores the new tokens of an OAuth credential; an expired one can be used again',
    body: z.strictObject({
      accessToken: secretsSchema.shape.accessToken.unwrap(),
      refreshToken: secretsSchema.shape.refreshToken.openapi({ description: 'The one that is stored when left out.' }),
      expiresAt: moment,
    }),
    data: ({ body: { expiresAt, ...secrets } }) => ({ expiresAt, secretNames: namesOf(secrets) }),
    after: ({ params: { id }, body: { expiresAt: _, ...secrets } }, { tx, deps }) =>
      mergeSecrets(tx, deps.database.keysOf, id, secrets),
  }),
  readRoute({
    method: 'get',
    path: '/v1/credentials/{id}/refreshes',
    scope: 'admin',
    operationId: 'listCredentialRefreshes',
    tag: 'credentials',
    summary: 'Lists the refreshes of an OAuth credential, the latest first, and what came of them',
    params: idParams,
    query: pageQuery,
    answer: { description: 'A page.', schema: pageOf(refreshSchema, 'CredentialRefresh') },
    handle: async ({ params: { id }, query }, { read: reading, deps }) => ({
      body: await reading(async (tx) => {
        found(await readOne(tx, deps.database.keysOf, aggregates.credential.store, id, notDeleted), 'credential');
        return listRefreshes(tx, id, { limit: query.limit, cursor: query.cursor });
      }),
    }),
  }),
  verb('credential.activate', commandRoutes['credential.activate'], {
    operationId: 'activateCredential',
    summary: 'Lets a credential be used again',
  }),
  verb('credential.deactivate', commandRoutes['credential.deactivate'], {
    operationId: 'deactivateCredential',
    summary: 'Keeps a credential from being used',
  }),
  verb('credential.delete', commandRoutes['credential.delete'], {
    operationId: 'deleteCredential',
    summary: 'Deletes a credential and destroys its secrets',
    description: 'Told as `credential.deactivated`.',
    gone: true,
    after: ({ params }, { tx }) => dropSecrets(tx, params.id),
  }),
];
