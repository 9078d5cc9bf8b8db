// The connection on which a consumer process puts failed events into retry and dead-letter queues. Of its own: a broker short of memory or disk
// stops those that publish, and deliveries and acks must not wait behind that.
import type { Logger } from '../../platform/log.ts';
import { createTroubles } from '../../platform/troubles.ts';
import { createConnection } from '../amqp/connection.ts';
import { createQueueSender, type QueueSender } from '../amqp/queue-sender.ts';

/** `sender` answers undefined while there is no connection. */
export type Sending = { readonly sender: () => QueueSender | undefined; readonly close: () => Promise<void> };

/** Connects in the background. */
export function createSending({
  url,
  name,
  log,
}: {
  readonly url: string;
  readonly name: string;
  readonly log: Logger;
}): Sending {
  const troubles = createTroubles();
  let sender: QueueSender | undefined;
  let isBlocked = false;
  const connection = createConnection({
    url,
    name: `${name}-sender`,
    onBlocked: (reason) => {
      if (isBlocked === (reason !== null)) return;
      isBlocked = reason !== null;
      if (isBlocked) log.warn({ reason }, 'the broker takes no messages: failed events are held');
      else log.info('the broker takes messages again');
    },
    onLost: (reason) => {
      sender = undefined;
      troubles.has('sender', reason, () => log.warn({ reason }, 'failed events are held: the broker was lost'));
    },
    onOpen: async (model) => {
      const onLost = (reason: string): void => connection.abandon(reason);
      sender = await createQueueSender(model, { onLost, onSilent: onLost, isBlocked: () => isBlocked });
      troubles.over('sender');
    },
  });
  return { sender: () => sender, close: connection.close };
}
