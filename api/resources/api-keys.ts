// API keys of the tenant. A key can give away only what it may do itself.
import { z } from '@hono/zod-openapi';
import { insertApiKey, listApiKeys, newApiKey, revokeApiKey, scopes } from '../../db/api-keys.ts';
import { decodeCursor, toPage } from '../../db/queries/page.ts';
import { label } from '../../domain/kernel/fields.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { requireOwnScopes } from '../middleware/authenticate.ts';
import { idParams, moment, pageOf, pageQuery, uuid } from '../schemas/common.ts';

const tag = 'api keys';
const scope = z.enum(scopes).openapi({
  description:
    'read: everything but raw bodies · write: change things · send: send messages · operate: steer sagas, outbox and raw events · raw: see raw bodies · admin: channels, projects, keys · codec: open workflow payloads (operators only: of every tenant) · installation: steer the consumers of all tenants (operators only)',
});
const apiKey = z
  .object({
    id: uuid,
    name: z.string(),
    prefix: z.string().openapi({ description: 'The first characters, to know it by.' }),
    scopes: z.array(scope),
    createdAt: moment,
    lastUsedAt: moment.nullable().openapi({ description: 'To the minute.' }),
    revokedAt: moment.nullable(),
  })
  .openapi('ApiKey');
const created = apiKey
  .extend({ key: z.string().openapi({ description: 'Shown this once.' }) })
  .openapi('CreatedApiKey');

export const apiKeyRoutes: readonly Route[] = [
  writeRoute({
    method: 'post',
    path: '/v1/api-keys',
    scope: 'admin',
    operationId: 'createApiKey',
    tag,
    summary: 'Creates an API key',
    creates: true,
    body: z.strictObject({ name: label, scopes: z.array(scope).min(1).max(scopes.length) }),
    answer: { status: 201, description: 'The key.', schema: created },
    handle: async ({ body }, { tx, deps, caller }) => {
      const granted = [...new Set(body.scopes)];
      requireOwnScopes(caller, granted);
      const key = newApiKey();
      const id = deps.database.ids.next();
      const stored = await insertApiKey(tx, { id, key, name: body.name, scopes: granted });
      return { body: { ...stored, key }, location: `/v1/api-keys/${id}` };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/api-keys',
    scope: 'admin',
    operationId: 'listApiKeys',
    tag,
    summary: 'Lists the API keys, newest first, revoked ones too',
    query: pageQuery,
    answer: { description: 'A page.', schema: pageOf(apiKey, 'ApiKey') },
    handle: async ({ query }, { read }) => {
      const before = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ['uuid'])[0]);
      const rows = await read((tx) => listApiKeys(tx, query.limit + 1, before));
      return { body: toPage(rows, query.limit, ({ id }) => [id]) };
    },
  }),
  writeRoute({
    method: 'delete',
    path: '/v1/api-keys/{id}',
    scope: 'admin',
    operationId: 'revokeApiKey',
    tag,
    summary: 'Revokes an API key: it stops working within 3 s',
    params: idParams,
    answer: { status: 204, description: 'Revoked.' },
    handle: async ({ params }, { tx, deps }) => {
      found(await revokeApiKey(tx, params.id), 'API key');
      tx.onCommit(() => deps.knownKeys.forget());
      return {};
    },
  }),
];
