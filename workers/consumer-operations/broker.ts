// The broker as the operators' side of the consumers uses it: messages into one queue, looks at queues, reading dead letters.
import type { Channel, ChannelModel } from 'amqplib';
import { createConnection } from '../amqp/connection.ts';
import { createQueueSender, type QueueSender } from '../amqp/queue-sender.ts';

/** How a queue is: messages that wait, and who takes them. */
export type QueueState = { readonly ready: number; readonly subscribers: number };

/** A kept connection. Everything throws while it is away, saying why. */
export type Broker = {
  readonly isOpen: () => boolean;
  readonly send: QueueSender;
  /** Undefined: there is no such queue. */
  readonly look: (queue: string) => Promise<QueueState | undefined>;
  /** Work on a channel of its own, which is closed afterwards: what was got and not acked goes back. */
  readonly onChannel: <T>(work: (channel: Channel) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

/** Connects in the background, and again after every loss. */
export function connectBroker({ url, name }: { readonly url: string; readonly name: string }): Broker {
  let model: ChannelModel | undefined;
  let sender: QueueSender | undefined;
  let away = 'not connected to the broker yet';
  const connection = createConnection({
    url,
    name,
    onLost: (reason) => {
      away = `the broker can not be reached: ${reason}`;
      model = undefined;
      sender = undefined;
    },
    onOpen: async (opened) => {
      sender = await createQueueSender(opened, { onLost: (reason) => connection.abandon(reason), timeoutMs: 10_000 });
      model = opened;
    },
  });
  const onChannel: Broker['onChannel'] = async (work) => {
    if (!model) throw new Error(away);
    const channel = await model.createChannel();
    let isOpen = true;
    // The failing call rejects by itself; without a listener the same error would also be an uncaught exception.
    channel.on('error', () => {});
    channel.on('close', () => {
      isOpen = false;
    });
    try {
      return await work(channel);
    } finally {
      if (isOpen) await channel.close().catch(() => {});
    }
  };
  return {
    isOpen: () => sender !== undefined,
    send: async (queue, message) => {
      if (!sender) throw new Error(away);
      await sender(queue, message);
    },
    look: (queue) =>
      onChannel(async (channel) => {
        const { messageCount, consumerCount } = await channel.checkQueue(queue);
        return { ready: messageCount, subscribers: consumerCount };
      }).catch((error: unknown) => {
        if ((error as { code?: unknown }).code === 404) return undefined;
        throw error;
      }),
    onChannel,
    close: () => connection.close(),
  };
}
