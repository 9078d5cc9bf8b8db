// What the broker still has of earlier releases: a pattern that was dropped is unbound at the start, from queues of earlier versions too, whose every message is
// counted; what nobody can know of is told by the first message that it brings.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { after, afterEach, before, describe, test } from 'node:test';
import amqp from 'amqplib';
import { createLogger } from '../../platform/log.ts';
import { cutOffOldQueues } from '../../workers/amqp/old-queues.ts';
import { exchangesOf, queuesOf, retryQueueOf } from '../../workers/amqp/topology.ts';
import { type ConsumerWorld, consumerWorld } from '../support/consumer-world.ts';
import { delivery } from '../support/deliver.ts';
import { effectConsumer, effectsOf, testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { management } from '../support/rabbit.ts';

let world: ConsumerWorld;
before(async () => {
  world = await consumerWorld('binding_drift');
});
afterEach(() => world.stopAll());
after(() => world.close());

/** What is bound to a queue, besides its own name. */
async function bindingsOf(queue: string): Promise<string[]> {
  const path = `queues/%2F/${encodeURIComponent(queue)}/bindings`;
  const all = await management<{ source: string; routing_key: string }[]>(world.stack.amqpManagementUrl, 'GET', path);
  return all.flatMap(({ source, routing_key }) => (source === '' ? [] : [routing_key])).toSorted();
}
const nameOf = (row: Parameters<typeof queuesOf>[1]) => queuesOf(world.stack.amqpPrefix, row).queue;
const exchanges = () => exchangesOf({ prefix: world.stack.amqpPrefix, exchange: world.stack.config.AMQP_EXCHANGE });

describe('bindings of earlier releases', () => {
  test('a pattern that a row has dropped is taken away at the start, although the queue is the same', async () => {
    const before = testRow('narrowed', { types: ['message.#', 'contact.#'] });
    const now = {
      ...before,
      on: { types: ['message.#'] },
      formerly: { patterns: ['contact.#', 'message.#', 'never.bound'] },
    };
    await world.stop(await world.start([effectConsumer(before)]));
    assert.deepEqual(await bindingsOf(nameOf(before)), ['contact.#', 'message.#']);
    await world.start([effectConsumer(now)]);
    assert.deepEqual(await bindingsOf(nameOf(now)), ['message.#']);
    await world.sender.send([
      delivery(randomUUID(), 1, { type: 'contact.created', aggregateType: 'contact' }),
      delivery(randomUUID(), 1),
    ]);
    await eventually(async () => (await effectsOf(world.systemPool, now.name)).length > 0);
    assert.equal((await effectsOf(world.systemPool, now.name)).length, 1);
  });

  test('queues of earlier versions lose them too; what waits in their retry queues is counted before somebody deletes them', async () => {
    const before = testRow('renewed', { types: ['message.#', 'contact.#'] }, { retryDelaysMs: [600_000] });
    const now = {
      ...testRow('renewed', { types: ['message.#'] }, { retryDelaysMs: [20], queueVersion: 2 }),
      formerly: { patterns: ['contact.#'], retryDelaysMs: [600_000] },
    };
    const sick = effectConsumer(before, () => {
      throw new Error('sick');
    });
    const first = await world.start([sick]);
    await world.sender.send([delivery(randomUUID(), 1)]);
    const retries = retryQueueOf(nameOf(before), 600_000);
    await eventually(async () => (await world.sender.channel.checkQueue(retries)).messageCount === 1);
    await world.stop(first);
    await world.start([effectConsumer(now)]);
    await eventually(async () => (await bindingsOf(nameOf(before))).length === 0);
    const model = await amqp.connect(world.stack.amqpUrl);
    const left = await cutOffOldQueues(model, { prefix: world.stack.amqpPrefix, exchanges: exchanges() }, now);
    await model.close();
    const { queue, deadQueue } = queuesOf(world.stack.amqpPrefix, before);
    assert.deepEqual(left, [{ queue, messages: 0, retrying: 1, dead: 0, besides: [retries, deadQueue] }]);
  });

  test('a binding that nobody here knows of is told by the first message it brings', async () => {
    const row = testRow('strayed', { types: ['message.#'] });
    const lines: { msg: string; routingKey?: string; level: string }[] = [];
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(JSON.parse(chunk.toString()));
        done();
      },
    });
    await world.start([effectConsumer(row)], { log: createLogger({ name: 'drift', level: 'info', destination }) });
    await world.sender.channel.bindQueue(nameOf(row), exchanges().events, 'contact.*');
    const stray = () => delivery(randomUUID(), 1, { type: 'contact.created', aggregateType: 'contact' });
    await world.sender.send([delivery(randomUUID(), 1), stray(), stray()]);
    await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 3);
    const told = lines.filter(({ msg }) => msg.includes('a binding at the broker brings events'));
    assert.deepEqual(
      told.map(({ level, routingKey }) => [level, routingKey]),
      [['warn', 'contact.created']],
    );
  });
});
