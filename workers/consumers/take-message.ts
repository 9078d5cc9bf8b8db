// One message from the broker to its settlement: acked only after its effect, or its dead letter, is there for good.
import type { ConsumeMessage } from 'amqplib';
import type { Settle } from '../amqp/subscriber.ts';
import { type Delivery, parseDelivery } from './parse-delivery.ts';
import type { Processor } from './process-delivery.ts';

/** Takes a message. What is not one of our events goes to the dead letters as it is, and `onUnreadable` hears why. What is given back comes again. */
export async function takeMessage(
  processor: Pick<Processor, 'process'>,
  message: ConsumeMessage,
  settle: Settle,
  { signal, onUnreadable }: { readonly signal: AbortSignal; readonly onUnreadable: (reason: string) => void },
): Promise<void> {
  let delivery: Delivery;
  try {
    delivery = parseDelivery(message);
  } catch (error) {
    onUnreadable(error instanceof Error ? error.message : 'not one of our events');
    settle.reject();
    return;
  }
  const settlement = await processor.process(delivery, signal);
  if (settlement === 'ack' || settlement === 'dead') settle.ack();
}
