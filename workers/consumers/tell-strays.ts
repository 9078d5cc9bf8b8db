// Messages that the exchange brings although the table of consumers does not bind their type: a binding at the broker that nobody here knows of.
import type { ConsumeMessage } from 'amqplib';
import { type ConsumerRow, matchesPattern, patternsOf } from './consumer.ts';

const toldAtMost = 100;

/** Makes the look at each message; `tell` hears of each routing key once. The message is taken all the same: a newer release may have bound it. */
export function tellStrays(
  exchange: string,
  row: ConsumerRow,
  tell: (routingKey: string) => void,
): (message: Pick<ConsumeMessage, 'fields'>) => void {
  const patterns = patternsOf(row);
  const known = new Set<string>();
  let told = 0;
  return ({ fields }) => {
    // What comes back from a retry queue, or is sent again, comes past the exchange.
    if (fields.exchange !== exchange || known.has(fields.routingKey)) return;
    const isBound = patterns.some((pattern) => matchesPattern(pattern, fields.routingKey));
    if (!isBound && told >= toldAtMost) return;
    known.add(fields.routingKey);
    if (isBound) return;
    told += 1;
    tell(fields.routingKey);
  };
}
