// Queues of earlier versions of a consumer: found at the broker by name, cut off from new events, and emptied before somebody deletes them.
import type { ChannelModel } from 'amqplib';
import { type ConsumerRow, patternsOf } from '../consumers/consumer.ts';
import { type Exchanges, queuesOf } from './topology.ts';

/** A queue that is left over, and how many messages are ready in it and in its dead letters. */
export type OldQueue = { readonly queue: string; readonly messages: number; readonly dead: number };

/** Looks for them and takes away their bindings. Call it after the new queue is bound: then no event falls between the two. */
export async function cutOffOldQueues(
  model: ChannelModel,
  { prefix, exchanges }: { readonly prefix: string; readonly exchanges: Exchanges },
  row: ConsumerRow,
): Promise<OldQueue[]> {
  const found: OldQueue[] = [];
  for (let version = row.queueVersion - 1; version >= 1; version -= 1) {
    const { queue, deadQueue } = queuesOf(prefix, { name: row.name, queueVersion: version });
    const messages = await countOf(model, queue);
    if (messages === undefined) continue;
    const channel = await model.createChannel();
    for (const pattern of patternsOf(row)) await channel.unbindQueue(queue, exchanges.events, pattern);
    await channel.close();
    found.push({ queue, messages, dead: (await countOf(model, deadQueue)) ?? 0 });
  }
  return found;
}

/** Undefined: there is no such queue. */
async function countOf(model: ChannelModel, queue: string): Promise<number | undefined> {
  const channel = await model.createChannel();
  // A queue that is missing closes the channel; the failing call says so too.
  channel.on('error', () => {});
  try {
    const { messageCount } = await channel.checkQueue(queue);
    await channel.close();
    return messageCount;
  } catch (error) {
    if ((error as { code?: unknown }).code === 404) return undefined;
    throw error;
  }
}
