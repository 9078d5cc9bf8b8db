// An outbox row on the wire, and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConsumeMessage } from 'amqplib';
import { encodeDelivery } from '../consumers/encode-delivery.ts';
import { parseDelivery } from '../consumers/parse-delivery.ts';
import { isoTime, toMessage } from './message.ts';
import type { PendingEvent } from './ports.ts';

const event: PendingEvent = {
  id: 7,
  eventId: '018f5a10-0000-7000-8000-000000000001',
  aggregateId: '018f5a10-0000-7000-8000-000000000002',
  aggregateType: 'contact',
  sequence: 3,
  type: 'contact.created',
  version: 'v2',
  tenantId: 't',
  projectId: null,
  correlationId: '018f5a10-0000-7000-8000-000000000003',
  createdAt: '2026-01-31 12:00:00.123+00',
  partition: 1,
  retryCount: 0,
  skip: false,
  metadata:
    '{"causation_id": "c", "saga_type": "S", "saga_step": "store", "step_number": 4, "correlation_id": "018f5a10-0000-7000-8000-000000000004"}',
  data: '{"name": "enc:v1:x",   "n": 1.50}',
};
const delivered = (from: ReturnType<typeof toMessage>): ConsumeMessage =>
  ({ properties: { headers: from.headers, messageId: from.id }, content: from.body }) as unknown as ConsumeMessage;

test('the data goes out as its text stands in the row', () => {
  assert.equal(toMessage(event).body.toString(), event.data);
  assert.equal(toMessage(event).routingKey, 'contact.created');
});

test('what is sent is understood, and encoded again it is the same', () => {
  const message = toMessage(event);
  const delivery = parseDelivery(delivered(message));
  assert.deepEqual(delivery, {
    skip: false,
    event: {
      id: event.eventId,
      type: 'contact.created',
      version: 2,
      source: 'messaging-sagas',
      time: '2026-01-31T12:00:00.123Z',
      tenantId: 't',
      projectId: null,
      aggregateType: 'contact',
      aggregateId: event.aggregateId,
      sequence: 3,
      correlationId: event.correlationId,
      causationId: 'c',
      traceparent: null,
      saga: { correlationId: '018f5a10-0000-7000-8000-000000000004', sagaType: 'S', sagaStep: 'store', stepNumber: 4 },
      data: { name: 'enc:v1:x', n: 1.5 },
    },
  });
  assert.deepEqual(encodeDelivery(delivery).headers, message.headers);
});

test('a skip marker carries its place and nothing of the data', () => {
  const { body, headers } = toMessage({ ...event, skip: true });
  assert.equal(body.toString(), 'null');
  assert.equal(headers['skipmarker'], true);
  assert.equal(headers['cloudEvents:sequence'], 3);
});

test('an event of an older version says until when it is told, one of the current version nothing', () => {
  const old = toMessage({ ...event, version: 'v1' });
  assert.deepEqual(
    ['deprecated', 'deprecationfrom', 'deprecationsunset'].map((name) => old.headers[`cloudEvents:${name}`]),
    [true, '2026-11-23T00:00:00Z', '2027-11-23T00:00:00Z'],
  );
  assert.deepEqual(encodeDelivery(parseDelivery(delivered(old))).headers, old.headers);
  assert.equal(toMessage(event).headers['cloudEvents:deprecated'], undefined);
  assert.equal(
    toMessage({ ...event, type: 'no.such_event', version: 'x' }).headers['cloudEvents:deprecated'],
    undefined,
  );
});

test('what is not one of our events is refused with the reason', () => {
  const message = toMessage(event);
  assert.throws(() => parseDelivery(delivered({ ...message, body: Buffer.from('[1]') })), /not a JSON object/);
  const { 'cloudEvents:tenantid': _, ...headers } = message.headers;
  assert.throws(() => parseDelivery(delivered({ ...message, headers })), /cloudEvents:tenantid/);
});

test('times of the database become ISO 8601', () => {
  assert.equal(isoTime('2026-01-31 12:00:00+00'), '2026-01-31T12:00:00Z');
  assert.equal(isoTime('2026-01-31 12:00:00.123456+00'), '2026-01-31T12:00:00.123456Z');
});
