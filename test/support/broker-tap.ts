// Everything that reaches the events exchange, in the order in which it reaches it, on a queue of its own.
import amqp, { type Channel, type ConsumeMessage } from 'amqplib';
import type { Config } from '../../platform/config.ts';
import { exchangesOf } from '../../workers/amqp/topology.ts';

/** One message seen. */
export type Tapped = {
  eventId: string;
  type: string;
  aggregate_id: string;
  sequence: number;
  skip: boolean;
  body: string;
};

/** Where to listen: at everything that matches `pattern` (default all), or at an existing queue, which it empties. `onMessage` gets each message whole. */
export type TapOptions = { pattern?: string; queue?: string; onMessage?: (message: ConsumeMessage) => void };

/** Collects what comes; duplicates are kept. */
export async function tapBroker(
  config: Config,
  { pattern = '#', queue: existing, onMessage }: TapOptions = {},
): Promise<{ seen: Tapped[]; close: () => Promise<void> }> {
  const seen: Tapped[] = [];
  const model = await amqp.connect(config.AMQP_URL);
  model.on('error', () => undefined);
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  const queue = existing ?? (await bindOwnQueue(config, channel, pattern));
  await channel.consume(
    queue,
    (message) => {
      if (!message) return;
      onMessage?.(message);
      const headers = message.properties.headers ?? {};
      seen.push({
        eventId: String(message.properties.messageId),
        type: message.fields.routingKey,
        aggregate_id: String(headers['cloudEvents:aggregateid']),
        sequence: Number(headers['cloudEvents:sequence']),
        skip: headers['skipmarker'] === true,
        body: message.content.toString(),
      });
    },
    { noAck: true },
  );
  return { seen, close: () => model.close().catch(() => undefined) };
}

async function bindOwnQueue(config: Config, channel: Channel, pattern: string): Promise<string> {
  const { events } = exchangesOf({ prefix: config.AMQP_PREFIX, exchange: config.AMQP_EXCHANGE });
  await channel.assertExchange(events, 'topic', { durable: true });
  const name = `${config.AMQP_PREFIX}tap-${Math.random().toString(36).slice(2)}`;
  const { queue } = await channel.assertQueue(name, { autoDelete: true });
  await channel.bindQueue(queue, events, pattern);
  return queue;
}
