// The relay's port to the broker: rows become messages here. A row that can't be one fails by itself, and takes nobody with it.
import type { Publisher } from '../amqp/publisher.ts';
import { toMessage } from './message.ts';
import type { PublishPort } from './ports.ts';

/** Makes it. */
export function createPublishPort(publisher: Pick<Publisher, 'state' | 'publish'>): PublishPort {
  return {
    ready: () => publisher.state() === 'open',
    publish: (event, settle) => {
      let message: ReturnType<typeof toMessage>;
      try {
        message = toMessage(event);
      } catch {
        // The error's own text may quote the row.
        queueMicrotask(() =>
          settle({ kind: 'refused', reason: 'it can not be encoded: its metadata is no JSON object' }),
        );
        return;
      }
      publisher.publish(message, settle);
    },
  };
}
