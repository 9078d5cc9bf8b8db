// Publishes events straight to the broker, as a relay would after a crash: doubled, shuffled, with gaps, as skip markers.
import { randomUUID } from 'node:crypto';
import amqp, { type ConfirmChannel } from 'amqplib';
import type { Config } from '../../platform/config.ts';
import { exchangesOf } from '../../workers/amqp/topology.ts';
import { encodeDelivery } from '../../workers/consumers/encode-delivery.ts';
import type { Delivery } from '../../workers/consumers/parse-delivery.ts';

/** One event of an aggregate. */
export function delivery(
  aggregateId: string,
  sequence: number,
  more: {
    type?: string;
    skip?: boolean;
    data?: Record<string, unknown>;
    aggregateType?: string;
    tenantId?: string;
  } = {},
): Delivery {
  const id = randomUUID();
  return {
    skip: more.skip ?? false,
    event: {
      id,
      type: more.type ?? 'message.sent',
      version: 1,
      source: 'test',
      time: new Date().toISOString(),
      tenantId: more.tenantId ?? 't',
      projectId: null,
      aggregateType: more.aggregateType ?? 'message',
      aggregateId,
      sequence,
      correlationId: randomUUID(),
      causationId: id,
      traceparent: null,
      saga: null,
      data: more.data ?? {},
    },
  };
}

/** A connection that delivers. `send` resolves when the broker has confirmed all of them, in this order. */
export async function createSender(config: Config): Promise<{
  send: (deliveries: readonly Delivery[]) => Promise<void>;
  channel: ConfirmChannel;
  close: () => Promise<void>;
}> {
  const model = await amqp.connect(config.AMQP_URL);
  const channel = await model.createConfirmChannel();
  const { events } = exchangesOf({ prefix: config.AMQP_PREFIX, exchange: config.AMQP_EXCHANGE });
  return {
    channel,
    send: async (deliveries) => {
      for (const one of deliveries) {
        const { id, routingKey, body, headers } = encodeDelivery(one);
        channel.publish(events, routingKey, body, { messageId: id, headers, persistent: true });
      }
      await channel.waitForConfirms();
    },
    close: () => model.close(),
  };
}
