// The `webhooks` of the OpenAPI document: what is posted to subscribers under each webhook name, with headers, signature and an example that can be verified.
import { createHmac } from 'node:crypto';
import { type CatalogueRow, eventRows } from '../domain/catalog.ts';
import { eventSchema } from '../domain/event-schema.ts';
import { possibleWebhookNames } from '../domain/kernel/define-events.ts';
import { webhookMessage } from '../domain/webhook/message.ts';

/** The tag of all of them. */
export const webhookEventsTag = 'webhook events';
/** What the examples are signed with. */
export const exampleSecret = 'whsec_ZXhhbXBsZS1zZWNyZXQtdGhhdC1zaWducy1ub3RoaW5nLi4=';

const some = (n: number): string => `0198c3f2-7c1b-7d3e-9a57-0c6e8b21d70${n}`;
const header = (name: string, description: string, schema: object, required = true) => ({
  name,
  in: 'header' as const,
  required,
  description,
  schema,
});

const day = { type: 'string', format: 'date' };
const signatureForm = '^v1,[A-Za-z0-9+/]+={0,2}( v1,[A-Za-z0-9+/]+={0,2})*$';

/** The headers of a delivery, by the names of their components. */
export const webhookParameters = {
  WebhookId: header('webhook-id', 'The delivery’s id, the same with every attempt: take each once.', {
    type: 'string',
    format: 'uuid',
  }),
  WebhookTimestamp: header(
    'webhook-timestamp',
    'When this attempt was made, in seconds; refuse what is older than five minutes.',
    { type: 'string', pattern: '^\\d+$' },
  ),
  WebhookSignature: header(
    'webhook-signature',
    'One or more `v1,<base64>`, separated by spaces: HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>` with the bytes behind `whsec_` of a secret of the subscription; two while a secret is being replaced. Compare in constant time; one that fits is enough.',
    { type: 'string', pattern: signatureForm },
  ),
  WebhookEventVersion: header('webhook-event-version', 'The version of `data`.', {
    type: 'string',
    pattern: '^v\\d+$',
  }),
  WebhookDeprecatedSince: header(
    'webhook-deprecated-since',
    'Only where `data` is of a version that is written no more: since when.',
    day,
    false,
  ),
  WebhookDeprecatedUntil: header('webhook-deprecated-until', 'Likewise: until when it is told in it.', day, false),
};

/** Every webhook name with what is posted under it. */
export function webhookEvents(): Record<string, object> {
  const all = eventRows.flatMap((row) =>
    possibleWebhookNames(row.webhooks as never).map((name): [string, object] => [
      name,
      { post: operationOf(row, name) },
    ]),
  );
  return Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function operationOf(row: CatalogueRow, name: string): object {
  const { headers, payload } = exampleOf(row, name);
  const signature = `v1,${signatureOf(headers, JSON.stringify(payload))}`;
  return {
    operationId: `on${name.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [webhookEventsTag],
    summary: row.summary,
    description: `Told of \`${row.type}\`. Deliveries come at least once and in any order; \`sequence\` tells which of one thing is later.`,
    security: [],
    parameters: Object.keys(webhookParameters).map((one) => ({ $ref: `#/components/parameters/${one}` })),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: payloadSchema(row, name),
          examples: {
            [name]: {
              summary: 'A delivery',
              description: `Signed with \`${exampleSecret}\`, sent with \`webhook-id: ${headers['webhook-id']}\`, \`webhook-timestamp: ${headers['webhook-timestamp']}\`, \`webhook-event-version: ${headers['webhook-event-version']}\` and \`webhook-signature: ${signature}\`.`,
              value: payload,
            },
          },
        },
      },
    },
    responses: {
      '2XX': { description: 'Taken. Answer within the subscription’s time-out, and work on it afterwards.' },
      410: { description: 'Wants nothing any more: the subscription is switched off.' },
      default: { description: 'Tried again, on a schedule of three days unless the subscription says otherwise.' },
    },
  };
}

function payloadSchema(row: CatalogueRow, name: string): object {
  const { $schema: _, title: __, description: ___, examples: ____, ...data } = eventSchema(row);
  return {
    type: 'object',
    required: ['type', 'timestamp', 'version', 'projectId', 'aggregateType', 'aggregateId', 'sequence', 'data'],
    properties: {
      type: { type: 'string', const: name },
      timestamp: { type: 'string', format: 'date-time', description: 'When it happened.' },
      version: {
        type: 'integer',
        minimum: 1,
        description: `The version of \`data\`; ${row.version} is the current one.`,
      },
      projectId: { type: ['string', 'null'], format: 'uuid' },
      aggregateType: { type: 'string', const: row.aggregate },
      aggregateId: { type: 'string', format: 'uuid' },
      sequence: { type: 'integer', minimum: 1, description: 'Counts the events of the aggregate.' },
      data,
    },
  };
}

function exampleOf(row: CatalogueRow, name: string) {
  const given = row.example as Readonly<Record<string, unknown>>;
  const data = name === 'message.created' ? { ...given, fromMe: true } : given;
  const own = given[row.aggregate.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()).concat('Id')];
  const { type, version, aggregate: aggregateType } = row;
  return webhookMessage(row, {
    deliveryId: some(1),
    eventName: name,
    sentAt: new Date('2026-01-31T12:00:05.000Z'),
    event: {
      ...{ id: some(2), type, version, source: 'messaging-sagas', time: '2026-01-31T12:00:00.000Z', tenantId: 'demo' },
      ...{ projectId: '018f5a10-0000-7000-8000-000000000003', correlationId: some(5), causationId: some(5) },
      ...{ aggregateType, aggregateId: typeof own === 'string' ? own : some(4), sequence: 1 },
      ...{ traceparent: null, saga: null, data },
    },
  });
}

function signatureOf(headers: Readonly<Record<string, string>>, body: string): string {
  const key = Buffer.from(exampleSecret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key)
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
    .digest('base64');
}
