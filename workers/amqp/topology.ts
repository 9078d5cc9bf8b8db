// Exchanges, queues and bindings, derived from the table of consumers. Declaring is idempotent; a queue that differs is told plainly, not deleted.
import type { Channel, ChannelModel } from 'amqplib';
import { type ConsumerRow, formerPatternsOf, isOrdered, patternsOf, retryDelaysOf } from '../consumers/consumer.ts';

/** Where events go and where dead letters go. */
export type Exchanges = { readonly events: string; readonly dead: string };

/** One consumer's queues. */
export type ConsumerQueues = { readonly queue: string; readonly deadQueue: string };

/** Names of the exchanges. `prefix` keeps installations on one broker apart. */
export function exchangesOf(naming: { readonly prefix: string; readonly exchange: string }): Exchanges {
  const events = `${naming.prefix}${naming.exchange}`;
  return { events, dead: `${events}.dead` };
}

/** Names of a consumer's queues. A change of their arguments needs a new version, because the broker refuses to change a queue. */
export function queuesOf(prefix: string, row: Pick<ConsumerRow, 'name' | 'queueVersion'>): ConsumerQueues {
  const queue = `${prefix}${row.name}.v${row.queueVersion}`;
  return { queue, deadQueue: `${queue}.dead` };
}

/** The queue in which a consumer's failed events wait so long; the delay is part of the name, because the broker refuses to change a queue. */
export function retryQueueOf(queue: string, delayMs: number): string {
  return `${queue}.retry.${delayMs}ms`;
}

/** Arguments of a retry queue: what has waited goes back to the consumer's own queue, past the exchange, so that no other consumer sees it. */
export function retryQueueArguments(queue: string, delayMs: number): Record<string, unknown> {
  return {
    'x-queue-type': 'quorum',
    'x-message-ttl': delayMs,
    'x-overflow': 'reject-publish',
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': queue,
    'x-dead-letter-strategy': 'at-least-once',
  };
}

/** How often the broker redelivers what nobody acked (each crash of a consumer counts) before it dead-letters by itself. Attempts are counted by us. */
const deliveryLimit = 100;

/** Arguments of a consumer's queue: at-least-once dead-lettering needs reject-publish. */
export function queueArguments({ dead }: Exchanges, queue: string): Record<string, unknown> {
  return {
    'x-queue-type': 'quorum',
    'x-delivery-limit': deliveryLimit,
    'x-overflow': 'reject-publish',
    'x-dead-letter-exchange': dead,
    'x-dead-letter-routing-key': queue,
    'x-dead-letter-strategy': 'at-least-once',
  };
}

/** A part of the topology that the broker refused; `message` says what to do. */
export class TopologyDrift extends Error {
  override name = 'TopologyDrift';
}

/** What `declareTopology` needs. */
export type TopologyOptions = {
  readonly prefix: string;
  readonly exchange: string;
  readonly rows: readonly ConsumerRow[];
};

/** Declares everything on channels of its own (a refusal closes the channel it came on). Answers the drifts; throws when the connection is lost or the exchange differs. */
export async function declareTopology(model: ChannelModel, options: TopologyOptions): Promise<TopologyDrift[]> {
  const exchanges = exchangesOf(options);
  await onChannel(model, exchanges.events, async (channel) => {
    await channel.assertExchange(exchanges.events, 'topic', { durable: true });
    await channel.assertExchange(exchanges.dead, 'direct', { durable: true });
  });
  const drifts: TopologyDrift[] = [];
  for (const row of options.rows) {
    const { queue, deadQueue } = queuesOf(options.prefix, row);
    try {
      await onChannel(model, queue, async (channel) => {
        await channel.assertQueue(deadQueue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
        await channel.bindQueue(deadQueue, exchanges.dead, queue);
        await channel.assertQueue(queue, { durable: true, arguments: queueArguments(exchanges, queue) });
        // An ordered consumer's events wait in the database, in their sequence.
        for (const delayMs of isOrdered(row) ? [] : new Set(retryDelaysOf(row)))
          await channel.assertQueue(retryQueueOf(queue, delayMs), {
            durable: true,
            arguments: retryQueueArguments(queue, delayMs),
          });
        for (const pattern of patternsOf(row)) await channel.bindQueue(queue, exchanges.events, pattern);
        // The broker would go on with them for ever. One that is not there any more is no error.
        for (const pattern of formerPatternsOf(row)) await channel.unbindQueue(queue, exchanges.events, pattern);
      });
    } catch (error) {
      if (!(error instanceof TopologyDrift)) throw error;
      drifts.push(error);
    }
  }
  return drifts;
}

async function onChannel(model: ChannelModel, what: string, work: (channel: Channel) => Promise<void>): Promise<void> {
  const channel = await model.createChannel();
  // The failing call rejects by itself; without a listener the same error would also be an uncaught exception.
  channel.on('error', () => {});
  try {
    await work(channel);
    await channel.close();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (code !== 406) throw error;
    const reason = typeof message === 'string' ? /"PRECONDITION_FAILED - ([^"]*)"/.exec(message)?.[1] : undefined;
    throw new TopologyDrift(
      `${what} exists at the broker with other settings than the table of consumers says (${reason ?? 'precondition failed'}). ` +
        'Raise queueVersion of that row to make a new queue, and delete the old one when it is empty.',
    );
  }
}
