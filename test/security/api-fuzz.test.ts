// Anything at all, sent to every route: never a 5xx, nothing accepted that the document does not allow, every answer as the document says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { Pool } from 'undici';
import type { Route } from '../../api/define-route.ts';
import { resources } from '../../api/resources/index.ts';
import { startTestApi, type TestApi } from '../support/api.ts';
import { arbitraryOf, someIds } from '../support/arbitrary-command.ts';
import { documentChecks } from '../support/fits-document.ts';
import { type ControlledSandbox, startControlledSandbox } from '../support/sandbox-control.ts';
import { seedTenant } from '../support/seed-tenant.ts';

let api: TestApi;
let server: Pool;
/** A gateway that answers: without one, what is asked of it is rightly 503. */
let sandbox: ControlledSandbox;
let ids: Readonly<Record<string, string>>;
const { requestErrors, answerErrors } = documentChecks();
/** So many cases are under way at a time: the API waits for its database most of the time. */
const atOnce = 20;

before(async () => {
  sandbox = await startControlledSandbox();
  const gateway = { WAHA_URL: sandbox.url, WAHA_API_KEY: sandbox.apiKey };
  const limits = { API_RATE_LIMIT_PER_MINUTE: 1_000_000, DATABASE_POOL_SIZE: atOnce };
  api = await startTestApi('api_fuzz', { ...limits, ...gateway });
  server = new Pool(api.address, { connections: atOnce });
  ids = await seedTenant(api);
});
after(async () => {
  await server.close();
  await api.close();
  await sandbox.close();
});

// Streams never end, and secrets and keys that are taken away would end the run.
const ending = /delete|anonymize|merge|archive|complete|cancel|close|deactivate|fail|remove|exit|leave|revoke|void/i;
const routes = resources
  .filter(
    ({ operationId, kind }) =>
      kind !== 'stream' && !['revokeApiKey', 'deleteChannel', 'rotateChannelSecret'].includes(operationId),
  )
  // What ends things comes last, or the others would find none.
  .sort((one, other) => Number(ending.test(one.operationId)) - Number(ending.test(other.operationId)));

/** Names that a route knows, with values that may or may not fit. */
function fieldsOf(schema: unknown): string[] {
  const shape = (schema as { shape?: Record<string, unknown>; _zod?: unknown } | undefined)?.shape;
  return Object.keys(shape ?? {});
}

/** Lone surrogates can't be sent. */
const wellFormed = (given: string): string => Buffer.from(given).toString();

type Case = {
  readonly route: Route;
  readonly param: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly match: string | null;
};

/** Bodies that a route takes; undefined where they can't be made from its schema. */
function takenBodies({ body }: Route): fc.Arbitrary<unknown> | undefined {
  try {
    return body && arbitraryOf(body);
  } catch {
    return undefined;
  }
}

/** Gives a route's cases. */
function casesOf(): (route: Route) => fc.Arbitrary<Case> {
  const id = fc.constantFrom(...Object.values(ids));
  const text = fc.oneof(id, fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 20 }));
  const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 3 }));
  const bodiesOf = (route: Route): fc.Arbitrary<unknown> => {
    const names = fc.constantFrom(...fieldsOf(route.body), 'name', '__proto__');
    const anything = fc.oneof(fc.dictionary(names, value, { maxKeys: 5 }), fc.jsonValue());
    const taken = takenBodies(route);
    if (!taken) return anything;
    // Ids of things that are there, so that what is taken does something.
    const alive = fc
      .tuple(taken, fc.array(id, { minLength: 3, maxLength: 3 }))
      .map(([body, own]) => withIds(body, own));
    const bent = fc.tuple(alive, names, value).map(([body, name, other]) => ({ ...(body as object), [name]: other }));
    return fc.oneof({ arbitrary: alive, weight: 2 }, { arbitrary: bent, weight: 2 }, anything);
  };
  return (route) => {
    const own = ids[route.path.split('/')[2] ?? ''];
    return fc.record({
      route: fc.constant(route),
      param: own === undefined ? fc.oneof(id, text) : fc.oneof(fc.constant(own), id, text),
      query: fc.dictionary(fc.constantFrom(...fieldsOf(route.query), 'limit', 'cursor'), text, { maxKeys: 3 }),
      body: bodiesOf(route),
      match: fc.option(fc.constantFrom('"1"', '*', 'W/"1"', '""', 'x')),
    });
  };
}

const unusual: Readonly<Record<string, string>> = { list: 'contact-lists', status: 'pipeline-statuses' };

/** The seeded thing that a field like `contactId` or `contactIds` names. */
function namedBy(field: string): string | undefined {
  const [, thing] = /^([a-zA-Z]+?)Ids?$/.exec(field) ?? [];
  return thing && ids[unusual[thing] ?? `${thing.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}s`];
}

/** Puts ids of things that are there in: of the kind that the field names, or else of any. */
function withIds(body: unknown, own: readonly string[]): unknown {
  const anyId = (value: string): string => own[someIds.indexOf(value)] ?? value;
  const replaced = (field: string, value: unknown): unknown => {
    if (typeof value === 'string') return namedBy(field) ?? anyId(value);
    if (Array.isArray(value)) return value.map((one: unknown) => replaced(field, one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replaced(name, one)]));
  };
  return replaced('', body ?? null);
}

let made = 0;
const acceptedOf = new Map<string, number>();

async function check({ route, param, query, body, match }: Case): Promise<void> {
  const { path, method, operationId } = route;
  // A lone dot or two would be another path.
  const encoded = encodeURIComponent(wellFormed(param)).replace(/^\.{0,2}$/, 'x');
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const target = path.replaceAll(/\{\w+\}/g, encoded);
  const asked = Object.fromEntries(Object.entries(query).map(([name, given]) => [name, wellFormed(given)]));
  const search = new URLSearchParams(asked).toString();
  made += 1;
  const text = method === 'get' ? undefined : JSON.stringify(body);
  const answer = await server.request({
    method: method.toUpperCase() as 'GET',
    path: search ? `${target}?${search}` : target,
    headers: {
      authorization: `Bearer ${api.tenant.key}`,
      ...(text !== undefined && { 'content-type': 'application/json', 'idempotency-key': `fuzz-${made}` }),
      ...(match !== null && { 'if-match': match }),
    },
    ...(text !== undefined && { body: text }),
  });
  const given = await answer.body.text();
  const headers = new Headers(answer.headers as Record<string, string>);
  // A report is CSV: what it says is text.
  const isText = headers.get('content-type')?.startsWith('text/csv') === true;
  const json: unknown = given === '' ? undefined : isText ? given : JSON.parse(given);
  const about = `${operationId} ${target}?${search} ${text}: ${answer.statusCode} ${given}`;
  assert.ok(answer.statusCode < 500, about);
  assert.deepEqual(answerErrors(route, { status: answer.statusCode, headers, body: json }), [], about);
  if (answer.statusCode >= 300) return;
  acceptedOf.set(operationId, (acceptedOf.get(operationId) ?? 0) + 1);
  const params = Object.fromEntries(names.map((name) => [name, decodeURIComponent(encoded)]));
  assert.deepEqual(
    requestErrors(route, { params, query: asked, body: JSON.parse(text ?? 'null') }),
    [],
    `taken: ${about}`,
  );
  if (route.versioned && route.answer.schema) assert.ok(headers.has('etag'), about);
  if (route.creates) assert.ok(headers.has('location'), about);
}

test('every route, any input: 5,000 cases', { timeout: 180_000 }, async (t) => {
  assert.ok(
    routes.filter((route) => route.body && !takenBodies(route)).length < 5,
    'bodies can be made for nearly all',
  );
  const of = casesOf();
  const numRuns = Math.ceil(5_000 / routes.length);
  for (let first = 0; first < routes.length; first += atOnce) {
    const some = fc.tuple(...routes.slice(first, first + atOnce).map(of));
    await fc.assert(
      fc.asyncProperty(some, async (together) => void (await Promise.all(together.map(check)))),
      // The failure names its one case: nothing is gained by making the other nineteen smaller.
      { numRuns, endOnFailure: true },
    );
  }
  assert.equal(made, numRuns * routes.length);
  const accepted = [...acceptedOf.values()].reduce((sum, count) => sum + count, 0);
  const never = routes.filter(({ operationId }) => !acceptedOf.has(operationId)).map(({ operationId }) => operationId);
  t.diagnostic(`${accepted} of ${made} were taken; none of ${never.length} routes: ${never.join(', ')}`);
  // What is refused whatever comes proves less: it is to stay the smaller part.
  assert.ok(accepted > made / 10 && never.length < routes.length / 2, `${accepted} of ${made} were taken`);
});
