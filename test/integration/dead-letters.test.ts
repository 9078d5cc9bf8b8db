// Dead letters on real servers: redriven ones take effect once and in order, discarded ones let their aggregate go on, nothing is lost in between.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { requestReplay } from '../../db/consumer-requests.ts';
import {
  discardLetter,
  explainDeadLetter,
  listDeadLetters,
  redriveLetter,
  redriveLetters,
} from '../../db/dead-letters.ts';
import { parkedAggregates } from '../../db/parked-aggregates.ts';
import { inSystem, inTenant, type Tx } from '../../db/transaction.ts';
import type { ConsumerRow, DeliveredEvent } from '../../workers/consumers/consumer.ts';
import { effectConsumer, effectsOf, testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { history, type OperatedWorld, openOperatedWorld } from '../support/operated-world.ts';

let world: OperatedWorld;
before(async () => {
  world = await openOperatedWorld('dead_letters');
});
afterEach(() => world.still());
after(() => world.close());

const unordered = (name: string): ConsumerRow => testRow(name, { types: ['message.#'] }, { maxAttempts: 2 });
const ordered = (name: string): ConsumerRow => testRow(name, { aggregates: ['message'] }, { maxAttempts: 2 });
const system = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inSystem(world.systemPool, work);
const deadOf = ({ name }: ConsumerRow): Promise<number> =>
  world.count('consumer_failures where consumer_name = $1 and dead_at is not null', [name]);
const effectCount = async ({ name }: ConsumerRow): Promise<number> => (await effectsOf(world.systemPool, name)).length;
const copiesOf = async (row: ConsumerRow): Promise<number> =>
  (await world.sender.channel.checkQueue(world.operated(row).deadQueue)).messageCount;

/** Throws for the events of a set. */
function sickness(): { sick: Set<string>; check: (event: DeliveredEvent) => void; tries: Map<string, number> } {
  const [sick, tries] = [new Set<string>(), new Map<string, number>()];
  const check = ({ id, data }: DeliveredEvent): void => {
    tries.set(id, (tries.get(id) ?? 0) + 1);
    if (data['sick'] === true && !sick.has('healed')) throw new Error(`can not digest ${String(data['kind'])}`);
  };
  return { sick, check, tries };
}
const sickEvent = (kind: string) => ({ aggregateId: randomUUID(), sequence: 1, data: { sick: true, kind } });

describe('dead letters', () => {
  test('listed, explained, redriven by a filter: each takes effect once, its copies go, another consumer sees nothing', async () => {
    const [row, other] = [unordered('redriven'), unordered('bystander')];
    const { sick, check } = sickness();
    let seenByOther = 0;
    await world.consume(
      effectConsumer(row, check),
      effectConsumer(other, () => {
        seenByOther += 1;
      }),
    );
    world.operate(row, other);
    const ids = await world.happen([sickEvent('fish'), sickEvent('fish'), sickEvent('meat'), ...history(3)]);
    await eventually(async () => (await deadOf(row)) === 3 && (await effectCount(other)) === 6);
    const letters = await system((tx) => listDeadLetters(tx, { consumer: row.name, reason: 'fish' }));
    assert.deepEqual(letters.map(({ eventId }) => eventId).sort(), ids.slice(0, 2).sort());
    assert.ok(letters.every(({ attempts, inLog, reason }) => attempts === 2 && inLog && reason.includes('fish')));
    const [first, ...rest] = await system((tx) => listDeadLetters(tx, { consumer: row.name }));
    assert.ok(first);
    const page = { after: [first.deadAt, first.eventId] as const };
    assert.deepEqual(await system((tx) => listDeadLetters(tx, { consumer: row.name }, page)), rest);
    const explained = await system((tx) => explainDeadLetter(tx, row.name, first.eventId));
    assert.match(explained.explanation, /Given up after 2 attempts: can not digest .*Redrive it/);

    const filter = { consumer: row.name, reason: 'fish', since: new Date(Date.now() - 60_000).toISOString() };
    const counted = await system((tx) => redriveLetters(tx, filter, { dryRun: true }));
    assert.deepEqual([counted, await deadOf(row)], [{ count: 2, gone: 0 }, 3]);
    sick.add('healed');
    assert.deepEqual(await system((tx) => redriveLetters(tx, filter, { dryRun: false })), { count: 2, gone: 0 });
    await eventually(async () => (await effectCount(row)) === 5);
    await eventually(async () => (await copiesOf(row)) === 1);
    assert.deepEqual([await deadOf(row), await world.count('consumer_resends')], [1, 0]);
    assert.equal((await system((tx) => redriveLetters(tx, filter, { dryRun: false }))).count, 0);
    assert.deepEqual([await effectCount(row), seenByOther], [5, 6]);
  });

  test('a letter that fails again has all its attempts again, and is given up again', async () => {
    const row = unordered('again');
    const { check, tries } = sickness();
    await world.consume(effectConsumer(row, check));
    world.operate(row);
    const [id = ''] = await world.happen([sickEvent('fish')]);
    await eventually(async () => (await deadOf(row)) === 1);
    await system((tx) => redriveLetter(tx, row.name, id));
    await eventually(async () => tries.get(id) === 4 && (await deadOf(row)) === 1);
  });

  test('a redrive outlives the process: asked for while none runs, and sent twice after a crash, it has one effect', async () => {
    const row = unordered('crashing');
    const { sick, check } = sickness();
    await world.consume(effectConsumer(row, check));
    const [id = ''] = await world.happen([sickEvent('fish')]);
    await eventually(async () => (await deadOf(row)) === 1);
    sick.add('healed');
    await inTenant(world.pool, 't', (tx) => redriveLetter(tx, row.name, id));
    assert.deepEqual([await deadOf(row), await world.count('consumer_resends')], [0, 1]);
    await assert.rejects(
      inTenant(world.pool, 't', (tx) => redriveLetter(tx, row.name, id)),
      /no such dead letter/,
    );
    const stop = world.operate(row);
    await eventually(async () => (await effectCount(row)) === 1);
    await eventually(async () => (await world.count('consumer_resends')) === 0);
    await stop();
    // As if the process had died between the broker's confirm and the note of it.
    await world.systemPool.query(
      "insert into consumer_resends (consumer_name, event_id, tenant_id, skip) values ($1, $2, 't', false)",
      [row.name, id],
    );
    world.operate(row);
    await eventually(async () => (await world.count('consumer_resends')) === 0);
    await eventually(async () => (await world.sender.channel.checkQueue(world.operated(row).queue)).messageCount === 0);
    const marker = await world.happen(history(1));
    await eventually(async () =>
      (await effectsOf(world.systemPool, row.name)).some(({ event_id }) => event_id === marker[0]),
    );
    assert.equal(await effectCount(row), 2);
  });

  test('of an ordered consumer: the aggregate waits for it, and goes on in its order when it is redriven', async () => {
    const row = ordered('in_order');
    const { sick, check } = sickness();
    await world.consume(effectConsumer(row, check));
    world.operate(row);
    const aggregateId = randomUUID();
    const poison = { aggregateId, sequence: 2, data: { sick: true, kind: 'fish' } };
    const [, id = ''] = await world.happen([{ aggregateId, sequence: 1 }, poison, { aggregateId, sequence: 3 }]);
    await eventually(async () => (await deadOf(row)) === 1);
    const [parked] = await eventually(async () => {
      const found = await system((tx) => parkedAggregates(tx, row.name));
      return found.length === 1 && found;
    });
    assert.deepEqual([parked?.waitsForSequence, parked?.waitsForEvent, parked?.events], [2, id, 1]);
    assert.match(parked?.why ?? '', /dead letters: redrive or discard/);
    assert.equal((await system((tx) => explainDeadLetter(tx, row.name, id))).heldBack, 1);
    sick.add('healed');
    await system((tx) => redriveLetter(tx, row.name, id));
    await eventually(async () => (await effectCount(row)) === 3);
    assert.deepEqual(
      (await effectsOf(world.systemPool, row.name)).map(({ sequence }) => sequence),
      [1, 2, 3],
    );
  });

  test('a discarded one is passed over for good: its aggregate goes on, a replay leaves it alone, its note is kept', async () => {
    const row = ordered('discarding');
    const { sick, check, tries } = sickness();
    await world.consume(effectConsumer(row, check));
    world.operate(row);
    const aggregateId = randomUUID();
    const poison = { aggregateId, sequence: 1, data: { sick: true, kind: 'fish' } };
    const [id = ''] = await world.happen([poison, { aggregateId, sequence: 2 }]);
    await eventually(async () => (await deadOf(row)) === 1);
    await assert.rejects(
      system((tx) => discardLetter(tx, row.name, id, '')),
      /note of 1 to 500/,
    );
    await inTenant(world.pool, 't', (tx) => discardLetter(tx, row.name, id, 'a test of ours'));
    await eventually(async () => (await effectCount(row)) === 1);
    await eventually(async () => (await copiesOf(row)) === 0);
    sick.add('healed');
    const before = tries.get(id);
    const request = { id: randomUUID(), consumer: row.name, tenantId: null };
    await system((tx) => requestReplay(tx, request, { dryRun: false }));
    await eventually(
      async () => (await world.count("consumer_requests where state = 'done' and id = $1", [request.id])) === 1,
    );
    await eventually(async () => (await world.sender.channel.checkQueue(world.operated(row).queue)).messageCount === 0);
    const own = (await effectsOf(world.systemPool, row.name)).filter(
      ({ aggregate_id }) => aggregate_id === aggregateId,
    );
    assert.deepEqual([tries.get(id), own.map(({ sequence }) => sequence)], [before, [2]]);
    assert.equal(await world.count("discarded_letters where event_id = $1 and note = 'a test of ours'", [id]), 1);
  });

  test('what the broker gave up by itself gets a row with a reason, and can be redriven; what is none of our events stays', async () => {
    const row = unordered('adopted');
    const stop = await world.consume(effectConsumer(row));
    await stop();
    const { queue, deadQueue } = world.operated(row);
    const [id = ''] = await world.happen(history(1));
    const message = await eventually(() => world.sender.channel.get(queue));
    assert.ok(message);
    world.sender.channel.reject(message, false);
    world.sender.channel.publish('', deadQueue, Buffer.from('{'), { messageId: 'nonsense' });
    await world.sender.channel.waitForConfirms();
    world.operate(row);
    await eventually(async () => (await deadOf(row)) === 1);
    const [letter] = await system((tx) => listDeadLetters(tx, { consumer: row.name }));
    assert.equal(letter?.eventId, id);
    assert.match(letter?.reason ?? '', /given up by the broker/);
    await world.consume(effectConsumer(row));
    await system((tx) => redriveLetter(tx, row.name, id));
    await eventually(async () => (await effectCount(row)) === 1 && (await copiesOf(row)) === 1);
    // A look at the queue holds it for a moment.
    const left = await eventually(() => world.sender.channel.get(deadQueue, { noAck: true }));
    assert.equal(left && String(left.properties.messageId), 'nonsense');
  });

  test('what the log has no more is said, and can only be discarded', async () => {
    const row = unordered('forgotten');
    const { check } = sickness();
    await world.consume(effectConsumer(row, check));
    const [id = ''] = await world.happen([sickEvent('fish')]);
    await eventually(async () => (await deadOf(row)) === 1);
    await world.asAdmin('delete from outbox_events where event_id = $1', [id]);
    assert.deepEqual(await system((tx) => redriveLetters(tx, { consumer: row.name }, { dryRun: false })), {
      count: 0,
      gone: 1,
    });
    await assert.rejects(
      system((tx) => redriveLetter(tx, row.name, id)),
      /no more: it can only be discarded/,
    );
    await system((tx) => discardLetter(tx, row.name, id, 'gone'));
    assert.equal(await deadOf(row), 0);
  });
});
