// Puts an event into its consumer's retry queue: from there it comes back to the consumer's own queue by itself, and holds no place until then.
import type { QueueSender } from '../amqp/queue-sender.ts';
import { queuesOf, retryQueueOf } from '../amqp/topology.ts';
import { encodeDelivery } from './encode-delivery.ts';
import { retryHeader } from './own-headers.ts';
import type { RetryLater } from './ports.ts';

/** Makes the port. `sender` answers undefined while there is no connection: nothing is put off then. */
export function createRetryLater(prefix: string, sender: () => QueueSender | undefined): RetryLater {
  return async (consumer, delivery, delayMs) => {
    const send = sender();
    if (!send) throw new Error('not connected to the broker');
    const { id, body, headers } = encodeDelivery(delivery);
    const queue = retryQueueOf(queuesOf(prefix, consumer).queue, delayMs);
    await send(queue, { id, body, headers: { ...headers, [retryHeader]: true } });
  };
}
