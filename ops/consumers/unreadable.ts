// `npm run consumers -- unreadable`: what lies in a consumer's dead-letter queues and is none of our events; removes it when asked to.
import { ConfigError } from '../../platform/config.ts';
import { queuesOf } from '../../workers/amqp/topology.ts';
import { type UnreadableMessage, unreadableMessages } from '../../workers/consumer-operations/unreadable-messages.ts';
import { allConsumerRows } from '../../workers/consumers/rows.ts';
import { settingOf } from '../environment.ts';
import { withBroker } from './with-broker.ts';

/** What is asked: of one consumer, perhaps one message only. `remove` without `yes` only says how many. */
export type UnreadableOrder = {
  readonly name: string;
  readonly messageId: string | undefined;
  readonly remove: boolean;
  readonly yes: boolean;
  readonly json: boolean;
};

/** Prints them, oldest queue first. Throws ConfigError. */
export async function unreadable({ name, messageId, remove, yes, json }: UnreadableOrder): Promise<void> {
  const row = allConsumerRows.find((one) => one.name === name);
  if (!row)
    throw new ConfigError(`There is no consumer ${name}: ${allConsumerRows.map((one) => one.name).join(', ')}.`);
  const url = settingOf('AMQP_URL');
  if (!url) throw new ConfigError('Set AMQP_URL to the broker, or run `npm start` first.');
  const removes = remove && yes;
  const found = await withBroker(url, async (broker) => {
    const all: (UnreadableMessage & { readonly queue: string })[] = [];
    for (let queueVersion = 1; queueVersion <= row.queueVersion; queueVersion += 1) {
      const { deadQueue } = queuesOf(settingOf('AMQP_PREFIX') ?? '', { name, queueVersion });
      const messages = await unreadableMessages(broker, deadQueue, { messageId, remove: removes });
      all.push(...(messages ?? []).map((message) => ({ queue: deadQueue, ...message })));
    }
    return all;
  });
  if (json) return console.log(JSON.stringify(found, null, 2));
  for (const { queue, messageId: id, routingKey, at, bytes, reason } of found)
    console.log(
      `${at ?? 'unknown since when'}  ${queue}  ${id}  routing key ${routingKey ?? 'unknown'}  ${bytes} bytes: ${reason}`,
    );
  const count = `${found.length} unreadable message${found.length === 1 ? '' : 's'}`;
  if (removes) console.log(`${count} removed.`);
  else if (remove) console.log(`${count} would be removed; add --yes to do it. What they hold is gone then.`);
  else console.log(found.length === 0 ? 'No unreadable messages.' : `${count}; --remove --yes takes them out.`);
}
