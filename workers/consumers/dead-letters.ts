// Dead letters: an event that a consumer has given up, with the reason in its headers. Once an event, but for a crash between the broker's
// confirm and the mark in the database: then it may come twice. What comes back with these headers is redriven, and has all its attempts again.
import type { QueueSender } from '../amqp/queue-sender.ts';
import { queuesOf } from '../amqp/topology.ts';
import { encodeDelivery } from './encode-delivery.ts';
import { deadLetterHeaders } from './own-headers.ts';
import type { DeadLetter } from './ports.ts';

/** Makes the port. `sender` answers undefined while there is no connection: nothing is given up then. */
export function createDeadLetter(prefix: string, sender: () => QueueSender | undefined): DeadLetter {
  return async (consumer, delivery, reason, attempts) => {
    const send = sender();
    if (!send) throw new Error('not connected to the broker');
    const { id, body, headers } = encodeDelivery(delivery);
    const { consumer: by, reason: why, attempts: tries } = deadLetterHeaders;
    await send(queuesOf(prefix, consumer).deadQueue, {
      id,
      body,
      headers: { ...headers, [by]: consumer.name, [why]: reason, [tries]: attempts },
    });
  };
}
