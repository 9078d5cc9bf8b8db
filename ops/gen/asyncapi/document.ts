// The AsyncAPI 3 document, derived from the rows of events and consumers: what is sent to which routing key, and who takes it from which queue.
import { aggregates, type CatalogueRow, eventRows } from '../../../domain/catalog.ts';
import { versionsOf } from '../../../domain/event-schema.ts';
import { defaultExchange } from '../../../platform/config.ts';
import { exchangesOf, queuesOf } from '../../../workers/amqp/topology.ts';
import { type ConsumerRow, isOrdered, matchesPattern, patternsOf } from '../../../workers/consumers/consumer.ts';
import { allConsumerRows } from '../../../workers/consumers/rows.ts';
import { discardedName, headersSchema, messageName, messages } from './messages.ts';
import { sealedSchema } from './wire-data.ts';

const prefix = '';
const { events: exchange } = exchangesOf({ prefix, exchange: defaultExchange });
const bindingVersion = '0.3.0';

const description = `What happens in the product, as CloudEvents 1.0 on RabbitMQ (AMQP 0-9-1): a topic exchange, the event's name as routing key, attributes as
headers, data as JSON with personal values sealed. At least once: a copy has the same \`cloudEvents:id\`. The events of one aggregate are sent in the order of
\`cloudEvents:sequence\`. Names are those of an installation without AMQP_PREFIX, which stands before the name of each exchange and queue.`;

/** The document. */
export function asyncApiDocument(): object {
  return {
    asyncapi: '3.0.0',
    id: 'urn:messaging-sagas:events',
    info: { title: 'Messaging sagas: events', version: '1', description, tags: Object.keys(aggregates).map(tagOf) },
    defaultContentType: 'application/json',
    servers: {
      broker: {
        host: 'localhost:5672',
        protocol: 'amqp',
        protocolVersion: '0-9-1',
        description: 'The broker of the installation (AMQP_URL).',
      },
    },
    channels: Object.fromEntries([...eventRows.map(eventChannel), ...allConsumerRows.map(queueChannel)]),
    operations: Object.fromEntries([...eventRows.map(sending), ...allConsumerRows.map(receiving)]),
    components: {
      messages: messages(),
      schemas: { headers: headersSchema, sealed: sealedSchema },
      correlationIds: {
        correlation: {
          description: 'What all events of one cause share.',
          location: '$message.header#/cloudEvents:correlationid',
        },
      },
    },
  };
}

const tagOf = (name: string): object => ({ name });
const namesOf = (rows: readonly CatalogueRow[]): string[] => [
  ...rows.flatMap((row) => versionsOf(row).map((version) => messageName(row, version))),
  discardedName,
];
const componentRefs = (names: readonly string[]): object =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
const channelRefs = (channel: string, names: readonly string[]): object[] =>
  names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));

function eventChannel(row: CatalogueRow): [string, object] {
  return [
    row.type,
    {
      address: row.type,
      title: row.type,
      summary: row.summary,
      tags: [tagOf(row.aggregate)],
      messages: componentRefs(namesOf([row])),
      bindings: {
        amqp: {
          is: 'routingKey',
          exchange: { name: exchange, type: 'topic', durable: true, autoDelete: false, vhost: '/' },
          bindingVersion,
        },
      },
    },
  ];
}

function sending(row: CatalogueRow): [string, object] {
  return [
    `send.${row.type}`,
    {
      action: 'send',
      title: `Sends ${row.type}`,
      summary: row.summary,
      channel: { $ref: `#/channels/${row.type}` },
      messages: channelRefs(row.type, namesOf([row])),
      tags: [tagOf(row.aggregate)],
      bindings: { amqp: { deliveryMode: 2, mandatory: true, bindingVersion } },
    },
  ];
}

const queueName = (row: ConsumerRow): string => queuesOf(prefix, row).queue;
const boundRows = (row: ConsumerRow): CatalogueRow[] =>
  eventRows.filter(({ type }) => patternsOf(row).some((pattern) => matchesPattern(pattern, type)));

function queueChannel(row: ConsumerRow): [string, object] {
  const { queue } = queuesOf(prefix, row);
  return [
    queue,
    {
      address: queue,
      title: `The queue of ${row.name}`,
      summary: `Bound to ${exchange} by ${patternsOf(row).length} routing keys; the product's own, nobody else takes from it.`,
      messages: componentRefs(namesOf(boundRows(row))),
      bindings: {
        amqp: {
          is: 'queue',
          queue: { name: queue, durable: true, exclusive: false, autoDelete: false, vhost: '/' },
          bindingVersion,
        },
      },
      'x-routing-keys': patternsOf(row),
    },
  ];
}

function receiving(row: ConsumerRow): [string, object] {
  const queue = queueName(row);
  const order = isOrdered(row) ? 'in the sequence of each aggregate' : 'in any order';
  return [
    `receive.${row.name}`,
    {
      action: 'receive',
      title: row.name,
      summary: `Takes them ${order}, each once in effect, after at most ${row.maxAttempts} attempts.`,
      channel: { $ref: `#/channels/${queue}` },
      messages: channelRefs(queue, namesOf(boundRows(row))),
      bindings: { amqp: { ack: true, bindingVersion } },
      ...(row.versions && { 'x-versions': row.versions }),
    },
  ];
}
