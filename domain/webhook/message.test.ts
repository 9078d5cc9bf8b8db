// What goes out for an event: the payload in the version that is told, and headers that say which it is and until when there is one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CatalogueRow, eventRow } from '../catalog.ts';
import { webhookMessage } from './message.ts';

const row = (type: string): CatalogueRow => {
  const found = eventRow(type);
  assert.ok(found);
  return found;
};
const delivering = (type: string, version?: number) => ({
  deliveryId: 'delivery',
  eventName: type,
  sentAt: new Date('2026-01-31T12:00:05.900Z'),
  event: {
    ...{ id: 'event', type, version: row(type).version, source: 'messaging-sagas', time: '2026-01-31T12:00:00.000Z' },
    ...{ tenantId: 'demo', projectId: 'project', aggregateType: 'contact', aggregateId: 'contact', sequence: 1 },
    ...{ correlationId: 'c', causationId: 'c', traceparent: null, saga: null, data: row(type).example },
  },
  ...(version !== undefined && { version }),
});

test('an event goes out in its current version, with when this attempt was made', () => {
  const { headers, payload } = webhookMessage(row('contact.created'), delivering('contact.created'));
  assert.deepEqual(headers, {
    'content-type': 'application/json',
    'webhook-id': 'delivery',
    'webhook-timestamp': '1769860805',
    'webhook-event-version': 'v2',
  });
  assert.deepEqual(payload, {
    ...{ type: 'contact.created', timestamp: '2026-01-31T12:00:00.000Z', version: 2, projectId: 'project' },
    ...{ aggregateType: 'contact', aggregateId: 'contact', sequence: 1, data: row('contact.created').example },
  });
});

test('in an older version it says until when that is told', () => {
  const { headers, payload } = webhookMessage(row('contact.created'), delivering('contact.created', 1));
  assert.deepEqual(
    [headers['webhook-event-version'], headers['webhook-deprecated-since'], headers['webhook-deprecated-until']],
    ['v1', '2026-11-23', '2027-11-23'],
  );
  assert.deepEqual([payload.version, (payload.data as { name: unknown }).name], [1, 'Ana Souza']);
});

test('what can not be told in a version is refused', () => {
  assert.throws(() => webhookMessage(row('session.ended'), delivering('session.ended', 1)), { rule: 'no_downcast' });
});
