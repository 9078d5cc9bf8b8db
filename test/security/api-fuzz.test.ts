// Anything at all, sent to every route: never a 5xx, every refusal a problem, every answer one that the document names.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { openApiDocument } from '../../api/openapi.ts';
import { resources } from '../../api/resources/index.ts';
import { startTestApi, type TestApi } from '../support/api.ts';
import { seedTenant } from '../support/seed-tenant.ts';

let api: TestApi;
let ids: readonly string[];
before(async () => {
  api = await startTestApi('api_fuzz', { API_RATE_LIMIT_PER_MINUTE: 1_000_000 });
  ids = Object.values(await seedTenant(api));
});
after(() => api.close());

type Documented = { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> };

// Streams never end, and secrets and keys that are taken away would end the run.
const routes = resources.filter(
  ({ operationId }) =>
    !['streamTimeline', 'revokeApiKey', 'deleteChannel', 'rotateChannelSecret'].includes(operationId),
);

/** Names that a route knows, with values that may or may not fit. */
function fieldsOf(schema: unknown): string[] {
  const shape = (schema as { shape?: Record<string, unknown>; _zod?: unknown } | undefined)?.shape;
  return Object.keys(shape ?? {});
}

/** Lone surrogates can't be sent. */
const wellFormed = (given: string): string => Buffer.from(given).toString();

test('every route, any input', { timeout: 120_000 }, async () => {
  const document = openApiDocument() as Documented;
  const id = fc.constantFrom(...ids);
  const text = fc.oneof(id, fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 20 }));
  const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 3 }));
  const route = fc.constantFrom(...routes);
  const input = route.chain((chosen) =>
    fc.record({
      route: fc.constant(chosen),
      param: fc.oneof(id, text),
      query: fc.dictionary(fc.constantFrom(...fieldsOf(chosen.query), 'limit', 'cursor'), text, { maxKeys: 3 }),
      body: fc.oneof(
        fc.dictionary(fc.constantFrom(...fieldsOf(chosen.body), 'name', '__proto__'), value, { maxKeys: 5 }),
        fc.jsonValue(),
      ),
      match: fc.option(fc.constantFrom('"1"', '*', 'W/"1"', '""', 'x')),
    }),
  );
  await fc.assert(
    fc.asyncProperty(input, async ({ route: chosen, param, query, body, match }) => {
      // A lone dot or two would be another path.
      const encoded = encodeURIComponent(wellFormed(param)).replace(/^\.{0,2}$/, 'x');
      const path = chosen.path.replaceAll(/\{\w+\}/g, encoded);
      const clean = Object.entries(query).map(([name, given]) => [name, wellFormed(given)]);
      const search = new URLSearchParams(clean as [string, string][]).toString();
      const answer = await api.call(chosen.method.toUpperCase(), `${path}${search && `?${search}`}`, {
        ...(chosen.method !== 'get' && { body: JSON.stringify(body) }),
        ...(match !== null && { headers: { 'if-match': match } }),
      });
      const about = `${chosen.operationId} ${path}?${search} ${JSON.stringify(body)}: ${answer.status} ${JSON.stringify(answer.json)}`;
      assert.ok(answer.status < 500, about);
      const documented = Object.keys(document.paths[chosen.path]?.[chosen.method]?.responses ?? {});
      assert.ok(documented.includes(String(answer.status)), `not in the document: ${about}`);
      if (answer.status >= 400) assert.match(answer.headers.get('content-type') ?? '', /problem\+json/, about);
    }),
    { numRuns: 1_500 },
  );
});
