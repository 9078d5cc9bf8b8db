// Goes once through a dead-letter queue. What is kept is sent to the end of the queue anew and then acked, not requeued: requeued messages count as
// delivered, and at their limit they are dropped. A crash in between leaves a message twice, never not at all.
import { randomUUID } from 'node:crypto';
import type { ConsumeMessage, GetMessage } from 'amqplib';
import { type Delivery, parseDelivery } from '../consumers/parse-delivery.ts';
import type { Broker } from './broker.ts';

/** A message with what it holds; `unreadable` says why it is none of our events. `id`: its own, or one that it gets now. */
export type DeadMessage = { readonly message: GetMessage; readonly id: string } & (
  | { readonly delivery: Delivery; readonly unreadable?: never }
  | { readonly delivery?: never; readonly unreadable: string }
);

/** Asks of each message that is there now whether it stays. */
export async function walkDeadQueue(
  { send, onChannel }: Pick<Broker, 'send' | 'onChannel'>,
  deadQueue: string,
  fateOf: (dead: DeadMessage) => 'kept' | 'removed' | Promise<'kept' | 'removed'>,
): Promise<void> {
  await onChannel(async (channel) => {
    const { messageCount } = await channel.checkQueue(deadQueue);
    for (let n = 0; n < messageCount; n += 1) {
      const message = await channel.get(deadQueue);
      if (message === false) return;
      const dead = read(message);
      if ((await fateOf(dead)) === 'kept')
        await send(deadQueue, { id: dead.id, body: message.content, headers: message.properties.headers ?? {} });
      channel.ack(message);
    }
  });
}

function read(message: GetMessage): DeadMessage {
  const own: unknown = message.properties.messageId;
  try {
    const delivery = parseDelivery(message as unknown as ConsumeMessage);
    return { message, delivery, id: delivery.event.id };
  } catch (error) {
    const id = typeof own === 'string' && own !== '' ? own : `unnamed-${randomUUID()}`;
    return { message, id, unreadable: error instanceof Error ? error.message : 'not one of our events' };
  }
}
