// One event as the product's writer makes it.
import { randomUUID } from 'node:crypto';
import type { OutboxEvent } from '../../../db/outbox.ts';

const padding = 'x'.repeat(300);

/** One event of an aggregate of its own. */
export function newEvent(): OutboxEvent {
  const aggregateId = randomUUID();
  return {
    eventId: randomUUID(),
    aggregateId,
    aggregateType: 'message',
    sequence: 1,
    type: 'message.sent',
    version: 1,
    data: { messageId: aggregateId, padding },
    tenantId: 'bench',
    projectId: null,
    createdAt: new Date().toISOString(),
    correlationId: randomUUID(),
    causationId: randomUUID(),
    traceparent: null,
    saga: null,
    eventSourced: false,
  };
}
