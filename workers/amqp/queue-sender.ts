// Puts messages into queues by name, on a confirm channel of one connection. Taken means: the broker has it for good.
import type { ChannelModel } from 'amqplib';
import type { OutgoingMessage } from './publisher.ts';

/** Resolves when the queue has the message; rejects when it is refused or nobody confirms it in time: then it may be there all the same. */
export type QueueSender = (queue: string, message: Omit<OutgoingMessage, 'routingKey'>) => Promise<void>;

/** What a sender needs. `isBlocked`: the broker has said that it takes nothing; then nothing is written either. `onSilent`: it takes messages, but confirms none. */
export type QueueSenderOptions = {
  readonly onLost: (reason: string) => void;
  readonly isBlocked?: () => boolean;
  readonly onSilent?: (reason: string) => void;
  readonly timeoutMs?: number;
};

/** Opens the channel. `onLost` hears of its end; a sender of a lost channel rejects everything. What is on its way already is not sent a second time. */
export async function createQueueSender(
  model: ChannelModel,
  { onLost, isBlocked = () => false, onSilent, timeoutMs = 5_000 }: QueueSenderOptions,
): Promise<QueueSender> {
  const channel = await model.createConfirmChannel();
  const returned = new Set<string>();
  const keyOf = (queue: string, id: string): string => `${queue} ${id}`;
  channel.on('error', (error) => onLost(error.message));
  // A return comes before the confirm of the same message.
  channel.on('return', ({ fields, properties }) =>
    returned.add(keyOf(fields.routingKey, String(properties.messageId))),
  );
  const flying = new Map<string, Promise<void>>();
  const publish: QueueSender = (queue, { id, body, headers }) =>
    new Promise<void>((resolve, reject) => {
      const properties = { messageId: id, mandatory: true, persistent: true, contentType: 'application/json', headers };
      channel.publish('', queue, body, properties, (error: unknown) => {
        const isReturned = returned.delete(keyOf(queue, id));
        if (error || isReturned) reject(new Error(`${queue} did not take the message`));
        else resolve();
      });
    });
  const inTime = (confirmed: Promise<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const reason = `no confirm came within ${timeoutMs} ms`;
        reject(new Error(reason));
        if (!isBlocked()) onSilent?.(reason);
      }, timeoutMs);
      confirmed.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  return (queue, message) => {
    const key = `${keyOf(queue, message.id)} ${JSON.stringify(message.headers)}`;
    const known = flying.get(key);
    if (known !== undefined) return inTime(known);
    if (isBlocked()) return Promise.reject(new Error('the broker takes no messages'));
    const confirmed = publish(queue, message).finally(() => flying.delete(key));
    flying.set(key, confirmed);
    return inTime(confirmed);
  };
}
