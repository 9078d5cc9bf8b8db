// Takes messages from one queue, with manual acknowledgement. Tells when it was cancelled or its channel was lost; whoever subscribed does it again.
import type { ChannelModel, ConsumeMessage } from 'amqplib';

/** What a subscription needs. `onMessage` settles each message with `ack` or leaves it: it comes back when the channel ends. */
export type SubscribeOptions = {
  readonly queue: string;
  readonly prefetch: number;
  readonly onMessage: (message: ConsumeMessage, settle: Settle) => void;
  readonly onLost: (reason: string) => void;
};

/** `ack`: done with. `reject`: to the dead letters, as the queue's arguments say. Both do nothing once the channel is gone. */
export type Settle = { readonly ack: () => void; readonly reject: () => void };

/** A running subscription. `cancel` stops new messages; `close` gives back what was not settled. */
export type Subscription = { readonly cancel: () => Promise<void>; readonly close: () => Promise<void> };

/** Subscribes on a channel of its own. Throws when the queue can't be consumed. */
export async function subscribe(model: ChannelModel, options: SubscribeOptions): Promise<Subscription> {
  const channel = await model.createChannel();
  let isOpen = true;
  const lose = (reason: string): void => {
    if (!isOpen) return;
    isOpen = false;
    options.onLost(reason);
  };
  channel.on('error', (error) => lose(error.message));
  channel.on('close', () => lose('the channel was closed'));
  await channel.prefetch(options.prefetch);
  const settleOf = (message: ConsumeMessage): Settle => ({
    ack: () => {
      if (isOpen) channel.ack(message);
    },
    reject: () => {
      if (isOpen) channel.reject(message, false);
    },
  });
  const { consumerTag } = await channel.consume(options.queue, (message) => {
    // Null: the broker cancelled us, for example because the queue was deleted.
    if (message !== null) return options.onMessage(message, settleOf(message));
    lose('cancelled by the broker');
    void channel.close().catch(() => {});
  });
  return {
    cancel: async () => {
      if (isOpen) await channel.cancel(consumerTag).catch(() => {});
    },
    close: async () => {
      const wasOpen = isOpen;
      isOpen = false;
      if (wasOpen) await channel.close().catch(() => {});
    },
  };
}
