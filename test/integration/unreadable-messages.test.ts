// What is none of our events ends in a dead-letter queue: told with all but its content, however often one looks; taken out only when asked, and nothing else with it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { exchangesOf } from '../../workers/amqp/topology.ts';
import { type Broker, connectBroker } from '../../workers/consumer-operations/broker.ts';
import { tidyDeadQueue } from '../../workers/consumer-operations/tidy-dead-queue.ts';
import { unreadableMessages } from '../../workers/consumer-operations/unreadable-messages.ts';
import { consumerRows } from '../../workers/consumers/rows.ts';
import { effectConsumer, testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { type OperatedWorld, openOperatedWorld } from '../support/operated-world.ts';
import { operatorCommand } from '../support/operator-command.ts';

let world: OperatedWorld;
let broker: Broker;
before(async () => {
  world = await openOperatedWorld('unreadable');
  broker = connectBroker({ url: world.stack.amqpUrl, name: 'unreadable' });
  await eventually(() => broker.isOpen());
});
afterEach(() => world.still());
after(async () => {
  await broker.close();
  await world.close();
});

const secret = 'Ana Souza, +55 11 98765-4321';
const contentOf = (text: string): Buffer => Buffer.from(`{"name": "${text}"}`);

/** Published to everybody, as a stranger would. */
async function publish(routingKey: string, properties: { messageId?: string; headers?: object }): Promise<void> {
  const { events } = exchangesOf({ prefix: world.stack.amqpPrefix, exchange: world.stack.config.AMQP_EXCHANGE });
  world.sender.channel.publish(events, routingKey, contentOf(secret), properties);
  await world.sender.channel.waitForConfirms();
}
const copiesIn = async (queue: string): Promise<number> => (await world.sender.channel.checkQueue(queue)).messageCount;

describe('messages that nobody can read', () => {
  test('are told with id, routing key, reason, moment and size, never with what they hold, and the same however often one looks', async () => {
    const row = testRow('unreadable', { types: ['message.#'] }, { maxAttempts: 1 });
    const { deadQueue } = world.operated(row);
    await world.consume(
      effectConsumer(row, () => {
        throw new Error('sick');
      }),
    );
    const since = Date.now() - 2_000;
    await publish('message.strange', { messageId: 'strange-1', headers: { note: secret } });
    await publish('message.5511987654321', { messageId: '5511987654321@c.us\u001b[2J' });
    world.sender.channel.sendToQueue(deadQueue, contentOf(secret));
    // A letter of ours, between them.
    const [letter] = await world.happen([{ aggregateId: randomUUID(), sequence: 1 }]);
    await eventually(async () => (await copiesIn(deadQueue)) === 4);
    const look = async () => (await unreadableMessages(broker, deadQueue)) ?? [];
    const found = await look();
    // More looks than a quorum queue delivers a message before it drops it.
    for (let n = 0; n < 22; n += 1) await look();
    await tidyDeadQueue({ systemPool: world.systemPool, broker }, { name: row.name, deadQueue });
    const byId = (all: typeof found) => all.toSorted((one, other) => one.messageId.localeCompare(other.messageId));
    assert.deepEqual(byId(await look()), byId(found));
    assert.equal(await copiesIn(deadQueue), 4);

    const strange = found.find(({ messageId }) => messageId === 'strange-1');
    const { events } = exchangesOf({ prefix: world.stack.amqpPrefix, exchange: world.stack.config.AMQP_EXCHANGE });
    assert.deepEqual([strange?.routingKey, strange?.exchange], ['message.strange', events]);
    assert.equal(strange?.bytes, contentOf(secret).length);
    assert.match(strange?.reason ?? '', /^not one of our events: header cloudEvents:id, .* is missing or wrong$/);
    assert.ok(Date.parse(strange?.at ?? '') >= since && Date.parse(strange?.at ?? '') <= Date.now() + 2_000);
    const unnamed = found.find(({ messageId }) => messageId.startsWith('unnamed-'));
    assert.deepEqual([found.length, unnamed?.at, unnamed?.routingKey], [3, null, null]);
    assert.doesNotMatch(JSON.stringify(found), /Ana|98765|11987|\\u001b/);

    const one = await unreadableMessages(broker, deadQueue, { messageId: 'strange-1', remove: true });
    assert.deepEqual([one?.length, await copiesIn(deadQueue)], [1, 3]);
    assert.equal((await unreadableMessages(broker, deadQueue, { remove: true }))?.length, 2);
    const left = await eventually(() => world.sender.channel.get(deadQueue, { noAck: true }));
    assert.equal(left.properties.messageId, letter);
    assert.equal(await copiesIn(deadQueue), 0);
  });

  test('by the command: counted first, removed with --yes', async () => {
    const row = consumerRows.contact_event_consumer;
    const command = (...args: string[]) => operatorCommand('consumers', world.stack.environment, 'unreadable', ...args);
    await world.consume(effectConsumer(row));
    const { deadQueue } = world.operated(row);
    await publish('contact.created', { messageId: 'strange-2' });
    await eventually(async () => (await copiesIn(deadQueue)) === 1);
    const counted = await command(row.name, '--remove');
    assert.match(
      counted.output,
      /strange-2 {2}routing key contact\.created {2}\d+ bytes: not one of our events: header/,
    );
    assert.match(counted.output, /1 unreadable message would be removed; add --yes/);
    assert.doesNotMatch(counted.output, /Ana|98765/);
    assert.equal(await copiesIn(deadQueue), 1);
    const removed = await command(row.name, '--remove', '--yes');
    assert.deepEqual([removed.code, await copiesIn(deadQueue)], [0, 0], removed.output);
    assert.match(removed.output, /1 unreadable message removed/);
  });
});
