// Puts messages into queues by name, on a confirm channel of one connection. Taken means: the broker has it for good.
import type { ChannelModel } from 'amqplib';
import { LRUCache } from 'lru-cache';
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

/** How long it is known that a message was taken after its sender had given up waiting: senders try again long before. */
const lateForMs = 60_000;

/**
 * Opens the channel. `onLost` hears of its end; a sender of a lost channel rejects everything. What is on its way already, or was taken after nobody waited
 * any more, is not sent a second time.
 */
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
  const waiting = new Map<string, number>();
  const takenLate = new LRUCache<string, true>({ max: 10_000, ttl: lateForMs });
  const publish: QueueSender = (queue, { id, body, headers }) =>
    new Promise<void>((resolve, reject) => {
      const properties = { messageId: id, mandatory: true, persistent: true, contentType: 'application/json', headers };
      channel.publish('', queue, body, properties, (error: unknown) => {
        const isReturned = returned.delete(keyOf(queue, id));
        if (error || isReturned) reject(new Error(`${queue} did not take the message`));
        else resolve();
      });
    });
  const inTime = (key: string, confirmed: Promise<void>): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      waiting.set(key, (waiting.get(key) ?? 0) + 1);
      const timer = setTimeout(() => {
        const reason = `no confirm came within ${timeoutMs} ms`;
        reject(new Error(reason));
        if (!isBlocked()) onSilent?.(reason);
      }, timeoutMs);
      confirmed.then(resolve, reject).finally(() => clearTimeout(timer));
    }).finally(() => {
      const left = (waiting.get(key) ?? 1) - 1;
      if (left > 0) waiting.set(key, left);
      else waiting.delete(key);
    });
  /** The broker has it: whoever waits hears of it, and where nobody does, the next who asks. */
  const landed = (key: string): void => {
    if (!waiting.has(key)) takenLate.set(key, true);
  };
  return (queue, message) => {
    const key = `${keyOf(queue, message.id)} ${JSON.stringify(message.headers)}`;
    const known = flying.get(key);
    if (known !== undefined) return inTime(key, known);
    if (takenLate.delete(key)) return Promise.resolve();
    if (isBlocked()) return Promise.reject(new Error('the broker takes no messages'));
    const confirmed = publish(queue, message)
      .then(() => landed(key))
      .finally(() => flying.delete(key));
    flying.set(key, confirmed);
    return inTime(key, confirmed);
  };
}
