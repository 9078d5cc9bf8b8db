// The OpenAPI document as a linter reads it: every operation is named, said and shown by examples that fit their schemas; webhooks too.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { exampleSecret } from '../../api/document-webhook-events.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { openRoutes, resources } from '../../api/resources/index.ts';
import { eventRows } from '../../domain/catalog.ts';
import { possibleWebhookNames, webhookNamesOf } from '../../domain/kernel/define-events.ts';
import { webhookNames } from '../../domain/webhook-names.ts';

type Media = { schema: object; example?: unknown; examples?: Record<string, { value: unknown; description: string }> };
type Content = Record<string, Media>;
type Parameter = { name: string; in: string; required?: boolean; schema: object; $ref?: string };
type Answer = { description: string; content?: Content };
type Operation = {
  operationId: string;
  summary: string;
  tags: string[];
  security?: object[];
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, Answer | { $ref: string }>;
};
type Document = {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: Operation }>;
  components: { schemas: object; parameters: Record<string, Parameter>; responses: Record<string, Answer> };
};

// As it goes out: what JSON can't hold is not there.
const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
const here = (schema: object): object => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object;
ajv.addSchema({ $id: 'document', components: here(document.components) });

const checks = new Map<string, ValidateFunction>();
/** What is wrong with a value; empty: it fits. */
function misfits(schema: object, value: unknown): string[] {
  const key = JSON.stringify(schema);
  const check = checks.get(key) ?? ajv.compile(here(schema));
  checks.set(key, check);
  return check(value) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** An answer, also one that many share. */
function answerOf(given: Answer | { $ref: string } | undefined): Answer {
  const name = given && '$ref' in given ? given.$ref.replace('#/components/responses/', '') : undefined;
  const answer = name === undefined ? given : document.components.responses[name];
  assert.ok(answer && 'description' in answer, name);
  return answer;
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe('OpenAPI', () => {
  it('has every route', () => {
    assert.equal(document.openapi, '3.1.0');
    const ids = operations.map(({ operation }) => operation.operationId);
    const routes = [...openRoutes, ...resources].map(({ operationId }) => operationId);
    assert.deepEqual(ids.sort(), [...routes, 'takeWahaWebhook'].sort());
  });

  it('names every operation once, webhooks too', () => {
    const all = [
      ...operations.map(({ operation }) => operation),
      ...Object.values(document.webhooks).map(({ post }) => post),
    ];
    const ids = all.map(({ operationId }) => operationId);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
    for (const id of ids) assert.match(id, /^[a-z][A-Za-z0-9]+$/);
    const tags = document.tags.map(({ name }) => name);
    for (const { operationId, summary, tags: own } of all) {
      assert.match(summary, /^\S.{5,}$/, operationId);
      assert.ok(own.length === 1 && own.every((tag) => tags.includes(tag)), operationId);
    }
  });

  for (const { path, method, operation } of operations)
    it(`${method.toUpperCase()} ${path} is whole`, () => {
      const { parameters = [], requestBody, responses, security } = operation;
      const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
      assert.deepEqual(inPath.sort(), [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
      if (path !== '/v1/webhooks/waha/{channelId}') assert.ok(security, 'says who may call it');
      if (requestBody) hasFittingExamples(requestBody.content);
      const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      assert.equal(good.length, 1);
      for (const [status, given] of Object.entries(responses)) {
        const { description, content } = answerOf(given);
        assert.ok(description.length > 3, status);
        if (Number(status) >= 400) assert.deepEqual(Object.keys(content ?? {}), ['application/problem+json'], status);
        else if (content) hasFittingExamples(content);
      }
    });

  it('has bodies that its own routes take', () => {
    for (const { operationId, body } of [...openRoutes, ...resources]) {
      const { operation } = operations.find((one) => one.operation.operationId === operationId) ?? {};
      const example = operation?.requestBody?.content['application/json']?.example;
      if (body) assert.deepEqual(body.safeParse(example).error?.issues ?? [], [], operationId);
    }
  });

  it('finds what does not fit', () => {
    const { content } = answerOf(document.paths['/v1/contacts']?.['post']?.responses['201']);
    const media = content?.['application/json'];
    assert.ok(media);
    assert.deepEqual(misfits(media.schema, media.example), []);
    assert.deepEqual(misfits(media.schema, { ...(media.example as object), id: 'nobody' }), [
      '/id must match format "uuid"',
    ]);
    const { tags: _, ...lacking } = media.example as { tags: unknown };
    assert.match(misfits(media.schema, lacking).join(), /required property 'tags'/);
  });
});

function hasFittingExamples(content: Content): void {
  for (const [type, media] of Object.entries(content)) {
    const examples = media.examples ? Object.values(media.examples).map(({ value }) => value) : [media.example];
    for (const example of examples) {
      assert.notEqual(example, undefined, `${type} has no example`);
      assert.deepEqual(misfits(media.schema, example), []);
    }
  }
}

describe('webhooks of the document', () => {
  it('are all that there are', () => {
    assert.deepEqual(Object.keys(document.webhooks), webhookNames);
    const rows = eventRows.flatMap(({ webhooks }) => possibleWebhookNames(webhooks as never));
    assert.deepEqual([...rows].sort(), webhookNames, 'a name stands for one event');
  });

  for (const [name, { post }] of Object.entries(document.webhooks))
    it(`${name} has payload, headers and an example that verifies`, () => {
      const content = post.requestBody?.content ?? {};
      hasFittingExamples(content);
      const [example] = Object.values(content['application/json']?.examples ?? {});
      assert.ok(example);
      const payload = example.value as { type: string; data: object };
      assert.equal(payload.type, name);
      const row = eventRows.find(({ webhooks }) => possibleWebhookNames(webhooks as never).includes(name));
      assert.ok(row && webhookNamesOf(row.webhooks, payload.data).includes(name), 'such data goes out under this name');
      const names = (post.parameters ?? []).map(({ $ref = '' }) => {
        const parameter = document.components.parameters[$ref.replace('#/components/parameters/', '')];
        assert.ok(parameter, $ref);
        return parameter.name;
      });
      const headers = new Map(
        [...example.description.matchAll(/`(webhook-[\w-]+): ([^`]+)`/g)].map(([, key = '', value = '']) => [
          key,
          value,
        ]),
      );
      for (const [header, value] of headers) {
        assert.ok(names.includes(header), header);
        const parameter = Object.values(document.components.parameters).find((one) => one.name === header);
        assert.deepEqual(misfits(parameter?.schema ?? {}, value), [], header);
      }
      // As docs of Standard Webhooks say, without our code.
      const key = Buffer.from(exampleSecret.split('_')[1] ?? '', 'base64');
      const signed = `${headers.get('webhook-id')}.${headers.get('webhook-timestamp')}.${JSON.stringify(example.value)}`;
      assert.equal(headers.get('webhook-signature'), `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    });
});
