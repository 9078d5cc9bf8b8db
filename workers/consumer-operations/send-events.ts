// Puts events of the log into one consumer's queue, in their order; the exchange and every other consumer see nothing of it.
import type { LogEvent } from '../../db/log-events.ts';
import { toMessage } from '../relay/message.ts';
import type { Broker } from './broker.ts';

/** Resolves when the queue has all of them for good. Throws otherwise; then some may be there, and sending them again does no harm. */
export async function sendEvents(broker: Broker, queue: string, events: readonly LogEvent[]): Promise<void> {
  const { failure } = await trySendEvents(broker, queue, events);
  if (failure) throw failure.reason;
}

/** Sends each for itself: which the queue has for good, and why the first of the others is not there. Never throws. */
export async function trySendEvents(
  broker: Pick<Broker, 'send'>,
  queue: string,
  events: readonly LogEvent[],
): Promise<{ readonly sent: ReadonlySet<string>; readonly failure: { readonly reason: unknown } | undefined }> {
  const sent = new Set<string>();
  const results = await Promise.allSettled(
    events.map(async (event) => {
      await broker.send(queue, toMessage(event));
      sent.add(event.eventId);
    }),
  );
  return { sent, failure: results.find((result) => result.status === 'rejected') };
}
