// What a consumer puts into a queue: once, however long the confirm takes; and not at all while the broker takes nothing.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import amqp, { type ChannelModel } from 'amqplib';
import { createQueueSender } from '../../workers/amqp/queue-sender.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';
import { type TestStack, testStack } from '../support/stack.ts';

let stack: TestStack;
let proxy: FaultProxy;
let model: ChannelModel;
before(async () => {
  stack = await testStack('queue_sender');
  proxy = await startProxy(() => Number(new URL(stack.amqpUrl).port));
  const url = new URL(stack.amqpUrl);
  url.port = String(proxy.port);
  model = await amqp.connect(url.href);
  model.on('error', () => {});
});
after(async () => {
  proxy.heal();
  await model.close().catch(() => {});
  await proxy.close();
  await stack.close();
});

const queueOf = async (name: string): Promise<string> => {
  const queue = `${stack.amqpPrefix}${name}`;
  const channel = await model.createChannel();
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.close();
  return queue;
};
const countOf = async (queue: string): Promise<number> => {
  const channel = await model.createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  await channel.close();
  return messageCount;
};
const message = () => ({ id: randomUUID(), body: Buffer.from('{}'), headers: {} });

test('a message whose confirm is late is tried again without a second copy', async () => {
  const queue = await queueOf('late');
  const silent: string[] = [];
  const send = await createQueueSender(model, {
    onLost: () => {},
    onSilent: (reason) => silent.push(reason),
    timeoutMs: 100,
  });
  proxy.inject({ kind: 'latency', ms: 700 });
  const one = message();
  await assert.rejects(send(queue, one), /no confirm/);
  assert.equal(silent.length, 1);
  // Its confirm comes while nobody waits for it.
  await eventually(async () => (await countOf(queue)) === 1, { everyMs: 1_500 });
  await send(queue, one);
  proxy.heal();
  await send(queue, message());
  await eventually(async () => (await countOf(queue)) === 2);
});

test('a broker that has said that it takes nothing is sent nothing, and is not given up', async () => {
  const queue = await queueOf('blocked');
  let isBlocked = true;
  const onSilent = (): never => assert.fail('it was given up');
  const send = await createQueueSender(model, { onLost: () => {}, onSilent, isBlocked: () => isBlocked });
  const one = message();
  await assert.rejects(send(queue, one), /takes no messages/);
  isBlocked = false;
  await send(queue, one);
  await eventually(async () => (await countOf(queue)) === 1);
});
