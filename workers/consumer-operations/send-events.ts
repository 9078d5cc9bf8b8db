// Puts events of the log into one consumer's queue, in their order; the exchange and every other consumer see nothing of it.
import type { LogEvent } from '../../db/log-events.ts';
import { toMessage } from '../relay/message.ts';
import type { Broker } from './broker.ts';

/** Resolves when the queue has all of them for good. Throws otherwise; then some may be there, and sending them again does no harm. */
export async function sendEvents(broker: Broker, queue: string, events: readonly LogEvent[]): Promise<void> {
  const results = await Promise.allSettled(events.map((event) => broker.send(queue, toMessage(event))));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
