// Sees each message.created at the broker, by its correlation id: the moment at which a consumer has it.
import { connect } from 'amqplib';

/** A tap on the broker. `seen` resolves with performance.now() of the arrival. */
export type Tap = { readonly seen: (correlationId: string) => Promise<number>; readonly close: () => Promise<void> };

/** Binds an exclusive queue that is gone with the connection. */
export async function openTap({ url, exchange }: { url: string; exchange: string }): Promise<Tap> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchange, 'message.created');
  const waiting = new Map<string, (at: number) => void>();
  await channel.consume(
    queue,
    (message) => {
      const correlationId = String(message?.properties.headers?.['cloudEvents:correlationid']);
      waiting.get(correlationId)?.(performance.now());
      waiting.delete(correlationId);
    },
    { noAck: true },
  );
  return {
    seen: (correlationId) => new Promise((resolve) => waiting.set(correlationId, resolve)),
    close: () => connection.close(),
  };
}
