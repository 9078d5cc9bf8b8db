// The AsyncAPI document: valid by the official parser, and complete against the rows of events and consumers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { type AsyncAPIDocumentInterface, type Diagnostic, Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { eventRows } from '../../domain/catalog.ts';
import { versionsOf } from '../../domain/event-schema.ts';
import { piiPaths } from '../../domain/kernel/pii.ts';
import { schemaOf } from '../../domain/kernel/versions.ts';
import { matchesPattern, patternsOf } from '../../workers/consumers/consumer.ts';
import { allConsumerRows } from '../../workers/consumers/rows.ts';

const text = readFileSync(new URL('../../docs/generated/asyncapi.json', import.meta.url), 'utf8');
const error = 0;
type Amqp = {
  readonly is?: string;
  readonly exchange?: { name: string; type: string };
  readonly queue?: { name: string };
};
const lines = (diagnostics: readonly Diagnostic[]): string[] =>
  diagnostics.map(({ code, message, path }) => `${code}: ${message} (${path.join('.')})`);
const errorsOf = (diagnostics: readonly Diagnostic[]): string[] =>
  lines(diagnostics.filter(({ severity }) => severity === error));

describe('AsyncAPI', () => {
  let document: AsyncAPIDocumentInterface | undefined;
  let diagnostics: Diagnostic[];
  before(async () => {
    ({ document, diagnostics } = await new Parser().parse(text));
  });

  test('is valid', () => {
    assert.deepEqual(errorsOf(diagnostics), []);
    assert.equal(document?.version(), '3.0.0');
  });

  test('has a channel, an operation and a message of every version for each event', () => {
    assert.ok(document);
    for (const row of eventRows) {
      const channel = document.channels().get(row.type);
      assert.equal(channel?.address(), row.type);
      const binding: Amqp | undefined = channel?.bindings().get('amqp')?.json();
      assert.deepEqual(
        [binding?.is, binding?.exchange?.name, binding?.exchange?.type],
        ['routingKey', 'domain.events', 'topic'],
      );
      const sent = document.operations().get(`send.${row.type}`);
      assert.equal(sent?.isSend(), true);
      const names = versionsOf(row).map((version) => `${row.type}.v${version}`);
      assert.deepEqual(
        sent
          ?.messages()
          .all()
          .map((message) => message.id())
          .sort(),
        ['discarded', ...names].sort(),
      );
      for (const version of versionsOf(row)) {
        const message = channel?.messages().get(`${row.type}.v${version}`);
        const json = message?.json() as Record<string, unknown>;
        const personal = piiPaths(schemaOf(row, version) ?? row.data);
        assert.deepEqual(json['x-personal'] ?? [], personal);
        assert.equal(
          (json['payload'] as Record<string, unknown>)['deprecated'],
          version < row.version ? true : undefined,
        );
        assert.equal('x-deprecated' in json, version < row.version);
        assert.equal(message?.examples().all().length, 1);
      }
    }
  });

  test('has an operation of each consumer that takes what it binds', () => {
    assert.ok(document);
    for (const row of allConsumerRows) {
      const received = document.operations().get(`receive.${row.name}`);
      assert.equal(received?.isReceive(), true);
      const bound = eventRows.filter(({ type }) => patternsOf(row).some((one) => matchesPattern(one, type)));
      const names = bound.flatMap((one) => versionsOf(one).map((version) => `${one.type}.v${version}`));
      assert.deepEqual(
        received
          ?.messages()
          .all()
          .map((message) => message.id())
          .sort(),
        ['discarded', ...names].sort(),
      );
      const binding: Amqp | undefined = received?.channels().all()[0]?.bindings().get('amqp')?.json();
      assert.equal(binding?.queue?.name, `${row.name}.v${row.queueVersion}`);
    }
  });

  for (const [what, change, expected] of [
    [
      'a message that is not there',
      { from: '#/components/messages/contact.created.v2', to: '#/components/messages/nothing' },
      /invalid-ref|nothing/,
    ],
    ['an action that is none', { from: '"action": "receive"', to: '"action": "take"' }, /action/],
    ['a binding that is none', { from: '"is": "queue"', to: '"is": "topic"' }, /is/],
  ] as const)
    test(`is refused with ${what}`, async () => {
      // A small part of it is enough, and quick.
      const small = partOf(JSON.parse(text), ['contact.created', 'contact.interaction_recorded'], change);
      const { diagnostics: found } = await new Parser().parse(small);
      assert.match(errorsOf(found).join('\n'), expected);
    });

  test('a small part of it is valid too', async () => {
    const small = partOf(JSON.parse(text), ['contact.created', 'contact.interaction_recorded']);
    assert.deepEqual(errorsOf((await new Parser().parse(small)).diagnostics), []);
  });
});

describe('examples of AsyncAPI', () => {
  // The parser does not look at them.
  const { components } = JSON.parse(text) as { components: { messages: Record<string, Message>; schemas: object } };
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const here = (schema: object): object =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object;
  ajv.addSchema({ $id: 'document', components: { schemas: here(components.schemas) } });
  const checkHeaders = ajv.compile({ $ref: 'document#/components/schemas/headers' });

  for (const [name, { payload, examples }] of Object.entries(components.messages))
    test(`${name} fits its schema, personal values sealed`, () => {
      const check = ajv.compile(here(payload));
      for (const example of examples) {
        assert.ok(check(example.payload), ajv.errorsText(check.errors));
        if (name !== 'discarded') assert.ok(checkHeaders(example.headers), ajv.errorsText(checkHeaders.errors));
      }
    });

  test('one in the open would not fit, nor headers without a tenant', () => {
    const { payload, examples } = components.messages['contact.created.v2'] ?? {};
    const [example] = examples ?? [];
    assert.ok(payload && example?.payload);
    const check = ajv.compile(here(payload));
    assert.equal(check({ ...example.payload, name: { given: null, family: null, display: 'Ana Souza' } }), false);
    assert.match(ajv.errorsText(check.errors), /name\/display must match pattern/);
    const { 'cloudEvents:tenantid': _, ...headers } = example.headers ?? {};
    assert.equal(checkHeaders(headers), false);
  });
});

type Message = {
  readonly payload: object;
  readonly examples: readonly { readonly payload: object; readonly headers?: Readonly<Record<string, unknown>> }[];
};
type Document = {
  channels: Record<string, { messages: object }>;
  operations: Record<string, { messages: { $ref: string }[] }>;
  components: { messages: Record<string, object> };
};

/** The document with these events and one consumer only, and one of its texts replaced. */
function partOf(
  whole: Document,
  types: readonly string[],
  change?: { readonly from: string; readonly to: string },
): string {
  const isKept = (name: string): boolean => name === 'discarded' || types.some((type) => name.startsWith(`${type}.v`));
  const only = <T extends object>(record: T, keep: (name: string) => boolean): T =>
    Object.fromEntries(Object.entries(record).filter(([name]) => keep(name))) as T;
  const { name: consumer = '', queueVersion = 1 } =
    allConsumerRows.find(({ name }) => name === 'contact_event_consumer') ?? {};
  const queue = `${consumer}.v${queueVersion}`;
  const channels = only(whole.channels, (name) => name === queue || types.includes(name));
  for (const channel of Object.values(channels)) channel.messages = only(channel.messages, isKept);
  const operations = only(
    whole.operations,
    (name) => name === `receive.${consumer}` || types.some((type) => name === `send.${type}`),
  );
  for (const operation of Object.values(operations))
    operation.messages = operation.messages.filter(({ $ref }) => isKept($ref.split('/').at(-1) ?? ''));
  const messages = only(whole.components.messages, isKept);
  const part = JSON.stringify(
    { ...whole, channels, operations, components: { ...whole.components, messages } },
    null,
    2,
  );
  if (!change) return part;
  assert.ok(part.includes(change.from), change.from);
  return part.replace(change.from, change.to);
}
