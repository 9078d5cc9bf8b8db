// One event as the product's writer makes it.
import { randomUUID } from 'node:crypto';
import type { OutboxEvent } from '../../../db/outbox.ts';

const padding = 'x'.repeat(300);

/** The first event of an aggregate of its own, unless said otherwise. */
export function newEvent(
  given: Partial<Pick<OutboxEvent, 'aggregateId' | 'sequence' | 'tenantId' | 'data'>> = {},
): OutboxEvent {
  const { aggregateId = randomUUID(), sequence = 1, tenantId = 'bench' } = given;
  return {
    eventId: randomUUID(),
    aggregateId,
    aggregateType: 'message',
    sequence,
    type: 'message.sent',
    version: 1,
    data: given.data ?? { messageId: aggregateId, padding },
    tenantId,
    projectId: null,
    createdAt: new Date().toISOString(),
    correlationId: randomUUID(),
    causationId: randomUUID(),
    traceparent: null,
    saga: null,
    eventSourced: false,
  };
}
