// Everything that reached the events exchange, kept by the broker itself: a durable quorum queue, read when the run is over.
import amqp from 'amqplib';
import { exchangesOf } from '../../workers/amqp/topology.ts';
import type { TestStack } from '../support/stack.ts';

/** What went over the wire. `again`: sent more than once. `inversions`: of the first sendings, per aggregate. */
export type Wire = {
  readonly messages: number;
  readonly again: number;
  readonly inversions: number;
  readonly inTheClear: number;
};

const nameOf = (stack: TestStack): string => `${stack.amqpPrefix}chaos-tap`;

/** Declares exchange and queue; call it before anything is sent. */
export async function openTap(stack: TestStack, patterns: readonly string[]): Promise<void> {
  const model = await amqp.connect(stack.amqpUrl);
  const channel = await model.createChannel();
  const { events } = exchangesOf({ prefix: stack.amqpPrefix, exchange: stack.config.AMQP_EXCHANGE });
  await channel.assertExchange(events, 'topic', { durable: true });
  await channel.assertQueue(nameOf(stack), { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  for (const pattern of patterns) await channel.bindQueue(nameOf(stack), events, pattern);
  await model.close();
}

/** Empties it. `canary`: a text that must not be in any message. */
export async function readTap(stack: TestStack, canary: string): Promise<Wire> {
  const model = await amqp.connect(stack.amqpUrl);
  const channel = await model.createChannel();
  const { messageCount } = await channel.checkQueue(nameOf(stack));
  const seen = new Set<string>();
  const last = new Map<string, number>();
  const wire = { messages: 0, again: 0, inversions: 0, inTheClear: 0 };
  let done = (): void => undefined;
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  if (messageCount > 0) {
    await channel.prefetch(2_000);
    await channel.consume(nameOf(stack), (message) => {
      if (!message) return done();
      wire.messages += 1;
      if (message.content.includes(canary)) wire.inTheClear += 1;
      const id = String(message.properties.messageId);
      const { 'cloudEvents:aggregateid': aggregate, 'cloudEvents:sequence': sequence } =
        message.properties.headers ?? {};
      if (seen.has(id)) wire.again += 1;
      else if (Number(sequence) < (last.get(String(aggregate)) ?? 0)) wire.inversions += 1;
      else last.set(String(aggregate), Number(sequence));
      seen.add(id);
      if (wire.messages % 500 === 0 || wire.messages >= messageCount) channel.ack(message, true);
      if (wire.messages >= messageCount) done();
    });
    await all;
  }
  await channel.close();
  await model.close();
  return wire;
}
