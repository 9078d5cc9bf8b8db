// Every version of every event on the wire is a CloudEvent by the official SDK's strict check; what is none is refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConsumeMessage } from 'amqplib';
import { eventRows } from '../../domain/catalog.ts';
import { exampleOf, versionsOf } from '../../domain/event-schema.ts';
import { headersSchema } from '../../ops/gen/asyncapi/messages.ts';
import { toMessage } from '../../workers/relay/message.ts';
import { toCloudEvent } from '../support/cloud-event.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-00000000000${n}`;

function sent(type: string, version: number, data: unknown, skip = false): ConsumeMessage {
  const message = toMessage({
    ...{
      id: 1,
      eventId: id(1),
      aggregateId: id(2),
      aggregateType: 'contact',
      sequence: 3,
      type,
      version: `v${version}`,
    },
    ...{ tenantId: 'demo', projectId: id(3), correlationId: id(4), createdAt: '2026-01-31 12:00:00.123456+00' },
    ...{ partition: 0, retryCount: 0, skip, data: JSON.stringify(data) },
    metadata: JSON.stringify({ causation_id: id(5), saga_type: 'S', saga_step: 'undo:store', step_number: 2 }),
  });
  const properties = { headers: message.headers, messageId: message.id, contentType: 'application/json' };
  return { properties, content: message.body, fields: { routingKey: message.routingKey } } as unknown as ConsumeMessage;
}

describe('on the wire', () => {
  for (const row of eventRows)
    for (const version of versionsOf(row))
      it(`${row.type} v${version} is a CloudEvent`, () => {
        const message = sent(row.type, version, exampleOf(row, version));
        const event = toCloudEvent(message);
        assert.deepEqual([event.type, event.subject, event['eventversion']], [row.type, id(2), `v${version}`]);
        assert.equal(event['deprecated'], version < row.version ? true : undefined);
        const described = Object.keys(headersSchema['properties'] as object);
        for (const header of Object.keys(message.properties.headers ?? {}))
          assert.ok(described.includes(header), header);
      });

  it('so is the marker of a discarded event', () => {
    assert.equal(toCloudEvent(sent('contact.created', 2, null, true)).data, null);
  });
});

describe('what is no CloudEvent is refused', () => {
  const [row] = eventRows;
  assert.ok(row);
  const good = sent(row.type, row.version, row.example);
  const withHeaders = (change: (headers: Record<string, unknown>) => Record<string, unknown>): ConsumeMessage => ({
    ...good,
    properties: { ...good.properties, headers: change({ ...good.properties.headers }) },
  });
  const without = (name: string) => withHeaders(({ [name]: _, ...rest }) => rest);
  const having = (name: string, value: unknown) => withHeaders((headers) => ({ ...headers, [name]: value }));

  for (const [what, message] of [
    ['no id', without('cloudEvents:id')],
    ['no source', without('cloudEvents:source')],
    ['no time', without('cloudEvents:time')],
    ['another id than the message has', having('cloudEvents:id', id(9))],
    ['a time that is none', having('cloudEvents:time', 'yesterday')],
    ['a name that CloudEvents forbids', having('cloudEvents:tenantId', 'demo')],
    ['an attribute that is a map', having('cloudEvents:saga', { type: 'S' })],
    ['an attribute that is a fraction', having('cloudEvents:stepnumber', 1.5)],
    ['another version of the specification', having('cloudEvents:specversion', '9')],
  ] as const)
    it(what, () => assert.throws(() => toCloudEvent(message)));
});
