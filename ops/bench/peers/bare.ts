// The ceiling: the bare client with up to 1,000 unconfirmed, no database at all. Same exchange, size and headers.
import { randomUUID } from 'node:crypto';
import { toMessage } from '../../../workers/relay/message.ts';
import type { PendingEvent } from '../../../workers/relay/ports.ts';
import type { StartContender } from '../run/contender.ts';
import { openSender } from './sender.ts';

const window = 1_000;

/** Sends `bare.total` events of 500 aggregates. */
export const startBare: StartContender = async ({ amqpUrl, exchange, bare = { total: 0, padding: '' } }) => {
  const sender = await openSender(amqpUrl, exchange);
  const aggregates = Array.from({ length: 500 }, () => randomUUID());
  const data = JSON.stringify({ messageId: randomUUID(), padding: bare.padding });
  let [sent, unconfirmed] = [0, 0];
  const more = (): void => {
    while (sent < bare.total && unconfirmed < window) {
      const message = toMessage(eventOf(sent, aggregates, data));
      sent += 1;
      unconfirmed += 1;
      void sender.publish(message).then(() => {
        unconfirmed -= 1;
        if (unconfirmed === window - 128) more();
      });
    }
  };
  more();
  return { stop: sender.close };
};

function eventOf(index: number, aggregates: readonly string[], data: string): PendingEvent {
  const aggregateId = aggregates[index % aggregates.length] ?? '';
  return {
    id: index,
    eventId: `${aggregateId.slice(0, 24)}${String(index).padStart(12, '0')}`,
    aggregateId,
    aggregateType: 'message',
    sequence: 1 + Math.floor(index / aggregates.length),
    type: 'message.sent',
    version: 'v1',
    tenantId: 'bench',
    projectId: null,
    correlationId: aggregateId,
    createdAt: '2026-01-31 12:00:00.123456+00',
    partition: 0,
    retryCount: 0,
    skip: false,
    metadata: `{"causation_id":"${aggregateId}"}`,
    data,
  };
}
