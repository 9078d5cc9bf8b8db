// Queues of earlier versions of a consumer: found at the broker by name, cut off from new events, and emptied before somebody deletes them.
import type { ChannelModel } from 'amqplib';
import { type ConsumerRow, formerPatternsOf, patternsOf, retryDelaysOf } from '../consumers/consumer.ts';
import { type Exchanges, queuesOf, retryQueueOf } from './topology.ts';

/** A queue that is left over; how many messages wait in it, in its retry queues (they come back into it) and in its dead letters. `besides`: its other queues. */
export type OldQueue = {
  readonly queue: string;
  readonly messages: number;
  readonly retrying: number;
  readonly dead: number;
  readonly besides: readonly string[];
};

/** Looks for them and takes away their bindings. Call it after the new queue is bound: then no event falls between the two. */
export async function cutOffOldQueues(
  model: ChannelModel,
  { prefix, exchanges }: { readonly prefix: string; readonly exchanges: Exchanges },
  row: ConsumerRow,
): Promise<OldQueue[]> {
  const found: OldQueue[] = [];
  const delays = new Set([...retryDelaysOf(row), ...(row.formerly?.retryDelaysMs ?? [])]);
  for (let version = row.queueVersion - 1; version >= 1; version -= 1) {
    const { queue, deadQueue } = queuesOf(prefix, { name: row.name, queueVersion: version });
    const messages = await countOf(model, queue);
    if (messages === undefined) continue;
    const channel = await model.createChannel();
    for (const pattern of [...patternsOf(row), ...formerPatternsOf(row)])
      await channel.unbindQueue(queue, exchanges.events, pattern);
    await channel.close();
    const retries = await countEach(
      model,
      [...delays].map((delayMs) => retryQueueOf(queue, delayMs)),
    );
    const dead = await countEach(model, [deadQueue]);
    found.push({
      queue,
      messages,
      retrying: sum(retries),
      dead: sum(dead),
      besides: [...retries.keys(), ...dead.keys()],
    });
  }
  return found;
}

/** Those that are there. */
async function countEach(model: ChannelModel, queues: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const queue of queues) {
    const count = await countOf(model, queue);
    if (count !== undefined) counts.set(queue, count);
  }
  return counts;
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((all, one) => all + one, 0);

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
