// The messages of the AsyncAPI document: one for every version of every event, and the marker that goes out in place of a discarded one.
import { type CatalogueRow, eventRows } from '../../../domain/catalog.ts';
import { type JsonSchema, versionsOf } from '../../../domain/event-schema.ts';
import { possibleWebhookNames } from '../../../domain/kernel/define-events.ts';
import { piiPaths } from '../../../domain/kernel/pii.ts';
import { schemaOf } from '../../../domain/kernel/versions.ts';
import { toMessage } from '../../../workers/relay/message.ts';
import type { PendingEvent } from '../../../workers/relay/ports.ts';
import { wireExample, wireSchema } from './wire-data.ts';

/** The name of one version's message. */
export const messageName = ({ type }: Pick<CatalogueRow, 'type'>, version: number): string => `${type}.v${version}`;
/** The name of the marker. */
export const discardedName = 'discarded';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const uuid = (description: string): JsonSchema => ({ type: 'string', format: 'uuid', description });
const moment = (description: string): JsonSchema => ({ type: 'string', format: 'date-time', description });

/** The headers of every message: CloudEvents' attributes, ours among them, each behind `cloudEvents:`. */
export const headersSchema: JsonSchema = {
  type: 'object',
  description: 'CloudEvents 1.0 in binary mode. Header names are case-sensitive.',
  required: [
    ...['specversion', 'id', 'type', 'source', 'subject', 'time', 'tenantid', 'aggregatetype', 'aggregateid'],
    ...['sequence', 'eventversion', 'correlationid'],
  ].map((name) => `cloudEvents:${name}`),
  properties: {
    'cloudEvents:specversion': { type: 'string', const: '1.0' },
    'cloudEvents:id': uuid('The event’s id, the same with every copy: take each once.'),
    'cloudEvents:type': text('The event’s name; the routing key too.'),
    'cloudEvents:source': text('The product.'),
    'cloudEvents:subject': uuid('The aggregate’s id.'),
    'cloudEvents:time': moment('When it was committed.'),
    'cloudEvents:tenantid': text('The tenant.'),
    'cloudEvents:projectid': uuid('The project; not there for what belongs to none.'),
    'cloudEvents:aggregatetype': text('What it happened to.'),
    'cloudEvents:aggregateid': uuid('Its id.'),
    'cloudEvents:sequence': {
      type: 'integer',
      minimum: 1,
      description: 'Counts the aggregate’s events, without a gap.',
    },
    'cloudEvents:eventversion': { type: 'string', pattern: '^v\\d+$', description: 'The version of the data.' },
    'cloudEvents:correlationid': uuid('What all events of one cause share.'),
    'cloudEvents:causationid': uuid('The request, event or saga that caused it.'),
    'cloudEvents:traceparent': text('W3C Trace Context.'),
    'cloudEvents:sagacorrelationid': uuid('The saga’s own, where one wrote the event.'),
    'cloudEvents:sagatype': text('The saga.'),
    'cloudEvents:sagastep': text('Its step; `undo:` before the name of one that was taken back.'),
    'cloudEvents:stepnumber': { type: 'integer', description: 'Counts the steps.' },
    'cloudEvents:deprecated': { type: 'boolean', const: true, description: 'The version is written no more.' },
    'cloudEvents:deprecationfrom': moment('Since when.'),
    'cloudEvents:deprecationsunset': moment('Until when consumers can be pinned to it.'),
    skipmarker: { type: 'boolean', const: true, description: 'The event was discarded: only its place counts.' },
  },
};

/** All messages by name. */
export function messages(): Record<string, object> {
  const all = eventRows.flatMap((row) =>
    versionsOf(row).map((version): [string, object] => [messageName(row, version), messageOf(row, version)]),
  );
  return { ...Object.fromEntries(all), [discardedName]: discarded };
}

const common = {
  contentType: 'application/json',
  headers: { $ref: '#/components/schemas/headers' },
  correlationId: { $ref: '#/components/correlationIds/correlation' },
};

const discarded = {
  ...common,
  name: discardedName,
  title: 'Discarded event',
  summary:
    'An operator discarded the event: its headers go out, so that its place in the sequence is not missed; nothing of its data does.',
  payload: { type: 'null' },
  examples: [{ name: 'example', payload: null }],
};

function messageOf(row: CatalogueRow, version: number): object {
  const old = row.older?.[version - 1]?.deprecated;
  const personal = piiPaths(schemaOf(row, version) ?? row.data);
  const webhooks = possibleWebhookNames(row.webhooks as never);
  const payload = wireExample(row, version);
  return {
    ...common,
    name: row.type,
    title: `${row.type} v${version}`,
    summary: row.summary,
    ...(old && { description: `Deprecated since ${old.since}, told until ${old.until}: ${old.why}.` }),
    tags: [row.aggregate, ...(personal.length > 0 ? ['personal data'] : []), ...(old ? ['deprecated'] : [])].map(
      (name) => ({ name }),
    ),
    payload: wireSchema(row, version),
    examples: [{ name: 'example', headers: exampleHeaders(row, version, payload), payload }],
    'x-version': version,
    ...(personal.length > 0 && { 'x-personal': personal }),
    ...(webhooks.length > 0 && { 'x-webhooks': webhooks }),
    ...(old && { 'x-deprecated': old }),
  };
}

const some = (n: number): string => `018f5a10-0000-7000-8000-00000000000${n}`;

/** As the relay makes them. */
function exampleHeaders({ type, aggregate }: CatalogueRow, version: number, data: unknown): object {
  const event: PendingEvent = {
    id: 1,
    eventId: some(9),
    aggregateId: some(1),
    aggregateType: aggregate,
    sequence: 1,
    type,
    version: `v${version}`,
    tenantId: 'demo',
    projectId: some(3),
    correlationId: some(8),
    createdAt: '2026-01-31 12:00:00.123456+00',
    partition: 0,
    retryCount: 0,
    skip: false,
    metadata: JSON.stringify({ causation_id: some(8) }),
    data: JSON.stringify(data),
  };
  return toMessage(event).headers;
}
