// Where everything that is measured publishes to: one exchange and one queue for each kind of queue, declared with the product's own arguments.
import amqp from 'amqplib';
import { exchangesOf, queueArguments } from '../../../workers/amqp/topology.ts';

/** The two kinds that are compared. */
export type QueueKind = 'classic' | 'quorum';

/** An exchange with one queue that takes everything. */
export type QueuePlace = {
  readonly kind: QueueKind;
  readonly prefix: string;
  readonly exchange: string;
  readonly queue: string;
};

/** The last part of the exchange's name; `prefix` comes before. */
export const exchangeName = 'events';

/** Declares the place; what it is named is kept apart from everything else at the broker by `prefix`. */
export async function declareQueue(amqpUrl: string, prefix: string, kind: QueueKind): Promise<QueuePlace> {
  const own = `${prefix}${kind}.`;
  const exchanges = exchangesOf({ prefix: own, exchange: exchangeName });
  const queue = `${own}all`;
  const model = await amqp.connect(amqpUrl);
  try {
    const channel = await model.createChannel();
    await channel.assertExchange(exchanges.events, 'topic', { durable: true });
    await channel.assertExchange(exchanges.dead, 'direct', { durable: true });
    await channel.assertQueue(queue, {
      durable: true,
      arguments: kind === 'quorum' ? queueArguments(exchanges, queue) : {},
    });
    await channel.bindQueue(queue, exchanges.events, '#');
  } finally {
    await model.close();
  }
  return { kind, prefix: own, exchange: exchanges.events, queue };
}
