// The HTTP side of a new aggregate: how it is read, its routes, and the test of them.
import type { NewAggregate } from './aggregate-domain.ts';

/** `api/schemas/<thing>.ts` */
export function apiSchemaFile({ name: { camel, pascal, a, words } }: NewAggregate): string {
  return `// How ${a} is read.
import { z } from '@hono/zod-openapi';
import { erased, moment, sequence, uuid } from './common.ts';

/** The ${words}. */
export const ${camel}Schema = z
  .object({ id: uuid, projectId: uuid, name: z.string(), createdAt: moment, sequence, erased })
  .openapi('${pascal}');
`;
}

/** `api/resources/<things>.ts` */
export function resourceFile({ name, plural }: NewAggregate): string {
  const { camel, pascal, kebab, snake, words, a } = name;
  const usual =
    plural.snake === `${snake}s` ? '' : `\n  plural: { name: '${plural.words}', schemaName: '${plural.pascal}' },`;
  return `// ${plural.words.charAt(0).toUpperCase()}${plural.words.slice(1)}: made, renamed and deleted by people.
import { and, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { ${plural.camel} } from '../../db/schema/${plural.kebab}.ts';
import { ${camel}Commands } from '../../domain/${kebab}/commands.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { uuid } from '../schemas/common.ts';
import { ${camel}Schema } from '../schemas/${kebab}.ts';

const notDeleted = isNull(${plural.camel}.deletedAt);
const tag = '${plural.words}';
const { create, list, read, verb } = resource({
  definition: aggregates.${camel},
  name: '${words}',
  schemaName: '${pascal}',${usual}
  path: '/v1/${plural.kebab}',
  tag,
  schema: ${camel}Schema,
  hidden: notDeleted,
});

export const ${camel}Routes: readonly Route[] = [
  create('${snake}.create', commandRoutes['${snake}.create'], {
    operationId: 'create${pascal}',
    summary: 'Creates ${a}',
    idName: '${camel}Id',
    body: ${camel}Commands['${snake}.create'].omit({ ${camel}Id: true, tenantId: true }).strict(),
  }),
  list({ projectId: uuid.optional() }, (query) => and(notDeleted, equal(${plural.camel}.projectId, query.projectId))),
  read(),
  verb('${snake}.rename', commandRoutes['${snake}.rename'], {
    operationId: 'rename${pascal}',
    summary: 'Gives ${a} another name',
    body: ${camel}Commands['${snake}.rename'].strict(),
  }),
  verb('${snake}.delete', commandRoutes['${snake}.delete'], {
    operationId: 'delete${pascal}',
    summary: 'Deletes ${a}; that it was there stays in the log',
    gone: true,
  }),
];
`;
}

/** `test/integration/api-<things>.test.ts` */
export function apiTest({ name, plural }: NewAggregate): string {
  const { words, snake } = name;
  const path = `/v1/${plural.kebab}`;
  return `// ${plural.words.charAt(0).toUpperCase()}${plural.words.slice(1)} over HTTP: made, listed, renamed with If-Match, deleted; refused where a rule or another tenant stands in the way.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { done, idsOf, refused } from '../support/answers.ts';
import { startTestApi, type TestApi } from '../support/api.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi('api_${plural.snake}');
});
after(() => api.close());

const create = (name: string, projectId = api.tenant.projectId) =>
  api.call('POST', '${path}', { body: { projectId, name } });

test('${plural.words} are made, listed page by page, renamed and deleted', async () => {
  const made = [];
  for (const name of ['First', 'Second', 'Third']) made.push(await done(create(name)));
  const [first, second, third] = made.map(({ id }) => String(id));
  const page = await done(api.call('GET', \`${path}?projectId=\${api.tenant.projectId}&limit=2\`));
  assert.deepEqual(idsOf(page), [third, second]);
  assert.deepEqual(idsOf(await done(api.call('GET', \`${path}?limit=2&cursor=\${page['nextCursor']}\`))), [first]);
  assert.deepEqual(idsOf(await done(api.call('GET', \`${path}?projectId=\${randomUUID()}\`))), []);
  const { headers } = await api.call('GET', \`${path}/\${second}\`);
  const rename = (name: string) =>
    api.call('PATCH', \`${path}/\${second}\`, { body: { name }, headers: { 'if-match': String(headers.get('etag')) } });
  assert.equal((await done(rename('Other')))['name'], 'Other');
  refused(await rename('Another'), 412, 'precondition_failed');
  await done(api.call('DELETE', \`${path}/\${third}\`));
  refused(await api.call('GET', \`${path}/\${third}\`), 404, 'not_found');
  refused(await api.call('DELETE', \`${path}/\${third}\`), 404, 'not_found');
  assert.deepEqual(idsOf(await done(api.call('GET', '${path}'))), [second, first]);
});

test('names are taken once in a project, and free again when the ${words} is deleted; two at once make one', async () => {
  const answers = await Promise.all([create('Only'), create('only')]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 422]);
  const [kept, lost] = answers.toSorted((one, other) => one.status - other.status);
  assert.ok(kept && lost);
  refused(lost, 422, '${snake}_name_taken');
  await done(api.call('DELETE', \`${path}/\${kept.json['id']}\`));
  await done(create('Only'));
});

test('its project is one of the tenant’s own; another tenant finds nothing', async () => {
  refused(await create('Lost', randomUUID()), 422, 'reference_not_found');
  const { id } = await done(create('Mine'));
  const { key } = await api.addTenant('tenant-b');
  refused(await api.call('GET', \`${path}/\${id}\`, { key }), 404, 'not_found');
  refused(await api.call('PATCH', \`${path}/\${id}\`, { key, body: { name: 'Theirs' } }), 404, 'not_found');
});
`;
}
