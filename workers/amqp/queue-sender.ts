// Puts messages into queues by name, on a confirm channel of one connection. Taken means: the broker has it for good.
import type { ChannelModel } from 'amqplib';
import type { OutgoingMessage } from './publisher.ts';

/** Resolves when the queue has the message; rejects when it is refused or nobody confirms it in time: then it may be there all the same. */
export type QueueSender = (queue: string, message: Omit<OutgoingMessage, 'routingKey'>) => Promise<void>;

/** Opens the channel. `onLost` hears of its end; a sender of a lost channel rejects everything. */
export async function createQueueSender(
  model: ChannelModel,
  { onLost, timeoutMs = 5_000 }: { readonly onLost: (reason: string) => void; readonly timeoutMs?: number },
): Promise<QueueSender> {
  const channel = await model.createConfirmChannel();
  const returned = new Set<string>();
  const keyOf = (queue: string, id: string): string => `${queue} ${id}`;
  channel.on('error', (error) => onLost(error.message));
  // A return comes before the confirm of the same message.
  channel.on('return', ({ fields, properties }) =>
    returned.add(keyOf(fields.routingKey, String(properties.messageId))),
  );
  return (queue, { id, body, headers }) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no confirm came within ${timeoutMs} ms`)), timeoutMs);
      const properties = { messageId: id, mandatory: true, persistent: true, contentType: 'application/json', headers };
      channel.publish('', queue, body, properties, (error: unknown) => {
        clearTimeout(timer);
        const isReturned = returned.delete(keyOf(queue, id));
        if (error || isReturned) reject(new Error(`${queue} did not take the message`));
        else resolve();
      });
    });
}
