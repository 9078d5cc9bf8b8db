// A confirm channel for the peers: the same client, properties and headers as ours has.
import amqp from 'amqplib';
import type { OutgoingMessage } from '../../../workers/amqp/publisher.ts';

/** `publish` resolves when the broker has confirmed. */
export type Sender = {
  readonly publish: (message: OutgoingMessage) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Connects. */
export async function openSender(amqpUrl: string, exchange: string): Promise<Sender> {
  const model = await amqp.connect(amqpUrl, { noDelay: true });
  const channel = await model.createConfirmChannel();
  return {
    publish: ({ id, routingKey, body, headers }) =>
      new Promise((resolve, reject) => {
        const properties = {
          messageId: id,
          mandatory: true,
          persistent: true,
          contentType: 'application/json',
          headers,
        };
        channel.publish(exchange, routingKey, body, properties, (error: unknown) =>
          error ? reject(error instanceof Error ? error : new Error('not confirmed')) : resolve(),
        );
      }),
    close: async () => {
      await channel.waitForConfirms();
      await model.close();
    },
  };
}
