// A consumer in the words of the table.
import type { ConsumerOverview } from '../../db/consumer-overview.ts';

/** Its columns. */
export function describeConsumer(consumer: ConsumerOverview): Record<string, string | number> {
  const { queue, paused, lagSeconds, inRetry, toSendAgain, dead, parked } = consumer;
  const state = paused ? 'paused' : queue === null ? '?' : queue.subscribers > 0 ? 'running' : 'nobody takes';
  return {
    state,
    ready: queue?.ready ?? 'unknown',
    unacked: queue?.unacked ?? 'unknown',
    'lag s': lagSeconds,
    retrying: inRetry,
    dead: dead.count,
    'to resend': toSendAgain,
    'parked aggregates': parked.aggregates,
    'parked since': parked.oldestAt ?? '',
  };
}
