// What operators see of consumers and have them do, on real servers: queues and lag, replays to one consumer alone, rebuilds of small read models.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { clearAggregates, clearRest } from '../../db/consumer-rebuild.ts';
import { type ConsumerRequest, cancelRequest, listRequests, requestReplay } from '../../db/consumer-requests.ts';
import { discardLetter } from '../../db/dead-letters.ts';
import { requestRebuild } from '../../db/rebuild-request.ts';
import { takeRequest } from '../../db/request-lease.ts';
import { inSystem, inTenant, type Tx } from '../../db/transaction.ts';
import { createLogger } from '../../platform/log.ts';
import { connectBroker } from '../../workers/consumer-operations/broker.ts';
import { carryOut } from '../../workers/consumer-operations/carry-out.ts';
import { lookAtQueues } from '../../workers/consumer-operations/look-at-queues.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import { effectConsumer, effectsOf, inversions, testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { history, type OperatedWorld, openOperatedWorld } from '../support/operated-world.ts';

let world: OperatedWorld;
before(async () => {
  world = await openOperatedWorld('consumer_operations');
});
afterEach(async () => {
  await world.still();
  await world.asAdmin('truncate outbox_events');
});
after(() => world.close());

const unordered = (name: string): ConsumerRow => testRow(name, { types: ['message.#'] });
const ordered = (name: string): ConsumerRow => testRow(name, { aggregates: ['message'] });
const system = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inSystem(world.systemPool, work);
const claims = ({ name }: ConsumerRow) => world.count('processed_events where consumer_name = $1', [name]);

async function ended(id: string): Promise<ConsumerRequest> {
  return eventually(
    async () => {
      const [request] = await system((tx) => listRequests(tx, { id }));
      return request?.endedAt ? request : undefined;
    },
    { timeoutMs: 30_000 },
  );
}

describe('what is seen', () => {
  test('queues, lag and what waits; what the broker can not tell is said, and the rest stays', async () => {
    const row = unordered('seen');
    const stopConsuming = await world.consume(effectConsumer(row));
    const stopOperating = world.operate(row);
    await world.happen(history(3));
    const settled = await eventually(async () => {
      const one = await world.seen(row).catch(() => undefined);
      return one?.lagSeconds === 0 && (await claims(row)) === 3 && one.queue?.subscribers === 1 && one;
    });
    assert.deepEqual([settled.dead.count, settled.inRetry, settled.parked.events], [0, 0, 0]);
    await stopConsuming();
    await world.happen(history(2));
    await world.asAdmin(
      "update outbox_events set created_at = created_at - interval '100 seconds' where event_id not in (select event_id from processed_events)",
    );
    const waiting = await eventually(async () => {
      const one = await world.seen(row);
      return one.queue?.ready === 2 && one;
    });
    assert.deepEqual([waiting.queue?.subscribers, waiting.queue?.deadReady], [0, 0]);
    assert.ok(waiting.lagSeconds >= 100 && waiting.lagSeconds < 200, `${waiting.lagSeconds}`);
    await stopOperating();
    await world.asAdmin("update consumer_status set looked_at = now() - interval '2 minutes'");
    const later = await world.seen(row);
    assert.deepEqual([later.queue, later.lagSeconds >= 100], [null, true]);
    assert.match(later.queueUnknown ?? '', /no consumer process has looked at the broker since/);
  });

  test('a broker that is away is told as such', async () => {
    const broker = connectBroker({ url: 'amqp://127.0.0.1:1', name: 'nobody' });
    const look = await eventually(async () => {
      const one = await lookAtQueues(broker, undefined, { queue: 'q', deadQueue: 'd' });
      return /ECONNREFUSED/.test(one.problem ?? '') && one;
    });
    assert.deepEqual([look.ready, look.subscribers], [null, null]);
    await broker.close();
  });
});

describe('a replay', () => {
  test('brings what never came, to one consumer alone and in order; what had its effect has none again', async () => {
    const [row, other] = [ordered('replayed'), unordered('undisturbed')];
    let deliveredToOther = 0;
    await world.consume(
      effectConsumer(row),
      effectConsumer(other, () => {
        deliveredToOther += 1;
      }),
    );
    world.operate(row, other);
    const [whole, lost] = [randomUUID(), randomUUID()];
    await world.happen(history(3, whole));
    const missing = await world.happen(history(5, lost), { publish: false });
    await eventually(async () => (await claims(row)) === 3 && deliveredToOther === 3);
    const order = { id: randomUUID(), consumer: row.name, tenantId: null };
    assert.deepEqual(await system((tx) => requestReplay(tx, order, { dryRun: true })), { count: 8, missing: 5 });
    assert.equal(await world.count('consumer_requests'), 0);
    await system((tx) => requestReplay(tx, order, { dryRun: false }));
    const done = await ended(order.id);
    assert.deepEqual([done.state, done.sent, done.total], ['done', 8, 8]);
    await eventually(async () => (await claims(row)) === 8);
    const effects = await effectsOf(world.systemPool, row.name);
    assert.deepEqual([effects.length, inversions(effects), deliveredToOther], [8, 0, 3]);
    assert.ok(missing.every((id) => effects.some(({ event_id }) => event_id === id)));
  });

  test('only of its tenant, its moments and its types; others are refused', async () => {
    const row = unordered('narrow');
    await world.consume(effectConsumer(row));
    world.operate(row);
    const [read] = await world.happen([{ aggregateId: randomUUID(), sequence: 1, type: 'message.read' }], {
      publish: false,
    });
    await world.happen(history(1), { publish: false });
    await world.happen([{ aggregateId: randomUUID(), sequence: 1, type: 'message.read' }], {
      publish: false,
      tenantId: 'u',
    });
    const order = { id: randomUUID(), consumer: row.name, tenantId: 't', types: ['message.read'] };
    const ask = (more: object) => system((tx) => requestReplay(tx, { ...order, ...more }, { dryRun: true }));
    await eventually(() => world.isKnown(row));
    await assert.rejects(ask({ types: ['contact.created'] }), /does not take contact\.created/);
    await assert.rejects(ask({ consumer: 'nobody' }), /no such consumer/);
    await assert.rejects(ask({ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }), /range is empty/);
    assert.equal((await ask({ to: '2020-01-01T00:00:00Z' })).count, 0);
    await inTenant(world.pool, 't', (tx) => requestReplay(tx, order, { dryRun: false }));
    assert.equal((await ended(order.id)).sent, 1);
    await eventually(async () => (await claims(row)) === 1);
    assert.deepEqual(
      (await effectsOf(world.systemPool, row.name)).map(({ event_id }) => event_id),
      [read],
    );
  });

  test('waits for its turn, can be cancelled, and is taken up by another process where the first one left it', async () => {
    const row = unordered('handed_over');
    const stopConsuming = await world.consume(effectConsumer(row));
    const stop = world.operate(row);
    await eventually(() => world.isKnown(row));
    await stop();
    await stopConsuming();
    await world.happen(history(1_200), { publish: false });
    const [first, second] = [randomUUID(), randomUUID()];
    for (const id of [first, second])
      await system((tx) => requestReplay(tx, { id, consumer: row.name, tenantId: null }, { dryRun: false }));
    // Nobody takes from the queue, so that it fills up and the process has to wait: then it ends without a word.
    await world.asAdmin(
      "update consumer_requests set owner = gen_random_uuid(), leased_until = now() + interval '1 hour', state = 'sending', started_at = now() where id = $1",
      [first],
    );
    await system((tx) => cancelRequest(tx, second));
    await assert.rejects(
      system((tx) => cancelRequest(tx, second)),
      /is cancelled: it can not/,
    );
    world.operate(row);
    await eventually(async () => (await world.seen(row)).queue?.ready === 0);
    assert.equal((await system((tx) => listRequests(tx, { id: first })))[0]?.state, 'sending');
    await world.asAdmin('update consumer_requests set leased_until = now() where id = $1', [first]);
    await world.consume(effectConsumer(row));
    assert.equal((await ended(first)).sent, 1_200);
    await eventually(async () => (await claims(row)) === 1_200);
  });
});

describe('a rebuild', () => {
  for (const make of [unordered, ordered]) {
    test(`${make.name}: the read model is as it was; what failed is tried anew, what is discarded stays so`, async () => {
      const [row, other] = [make(`rebuilt_${make.name}`), unordered(`beside_${make.name}`)];
      let [isSick, deliveredToOther] = [true, 0];
      await world.consume(
        effectConsumer(row, ({ data }) => {
          if (data['sick'] === true && isSick) throw new Error('no');
        }),
        effectConsumer(other, () => {
          deliveredToOther += 1;
        }),
      );
      const stop = world.operate(row, other);
      const events = Array.from({ length: 30 }, () => history(4)).flat();
      await world.happen(events);
      await world.happen(history(2), { tenantId: 'u' });
      const sick = () => ({ aggregateId: randomUUID(), sequence: 1, data: { sick: true } });
      const [dead = '', given = ''] = await world.happen([sick(), sick()]);
      await eventually(async () => (await claims(row)) === 122 && deliveredToOther === 124, { timeoutMs: 20_000 });
      await eventually(async () => (await world.seen(row)).dead.count === 2);
      await system((tx) => discardLetter(tx, row.name, given, 'never mind'));
      await eventually(async () => (await world.seen(row)).toSendAgain === 0);
      const before = await effectsOf(world.systemPool, row.name);
      isSick = false;
      await stop();
      const id = randomUUID();
      const estimate = await system((tx) =>
        requestRebuild(tx, { id, consumer: row.name, acceptGap: false }, { dryRun: false }),
      );
      assert.deepEqual([estimate.count, estimate.lost], [124, 0]);
      await assert.rejects(
        system((tx) =>
          requestRebuild(tx, { id: randomUUID(), consumer: row.name, acceptGap: false }, { dryRun: false }),
        ),
        /is being rebuilt already/,
      );
      await world.asAdmin(
        "update consumer_requests set state = 'clearing', owner = gen_random_uuid(), leased_until = now() where id = $1",
        [id],
      );
      // As if a process had died in the middle of clearing, and left the consumer paused.
      await world.asAdmin(
        'insert into consumer_controls (consumer_name, rebuild_id, rebuild_since) values ($1, $2, now())',
        [row.name, id],
      );
      await world.asAdmin('notify consumer_controls');
      world.operate(row, other);
      const done = await ended(id);
      assert.deepEqual([done.state, done.sent, done.settled, done.lastError], ['done', 124, 124, null]);
      assert.ok(done.cleared > 0);
      const rebuilt = await effectsOf(world.systemPool, row.name);
      const key = ({ event_id }: { event_id: string }) => event_id;
      assert.deepEqual(rebuilt.map(key).sort(), [...before.map(key), dead].sort());
      assert.equal(make === ordered ? inversions(rebuilt) : 0, 0);
      assert.deepEqual(
        [deliveredToOther, (await world.seen(row)).paused, (await world.seen(row)).dead.count],
        [124, null, 0],
      );
    });
  }

  test('is refused of a paused consumer, of one without a read model, and where the log would not bring all back', async () => {
    const row = unordered('gappy');
    await world.consume(effectConsumer(row));
    const stop = world.operate(row);
    await eventually(() => world.isKnown(row));
    await stop();
    const order = { id: randomUUID(), consumer: row.name, acceptGap: false };
    const ask = (more: object = {}) => system((tx) => requestRebuild(tx, { ...order, ...more }, { dryRun: false }));
    const [old] = await world.happen(history(1));
    await eventually(async () => (await claims(row)) === 1);
    await world.happen(history(2));
    await eventually(async () => (await claims(row)) === 3);
    const pause = "insert into consumer_controls (consumer_name, paused_at, paused_note) values ($1, now(), 'lunch')";
    await world.asAdmin(pause, [row.name]);
    await assert.rejects(ask(), /is paused: resume it first/);
    await world.asAdmin('delete from consumer_controls where consumer_name = $1', [row.name]);
    await world.asAdmin("update consumer_status set rebuild_refusal = 'it has none' where consumer_name = $1", [
      row.name,
    ]);
    await assert.rejects(ask(), /it has none/);
    await world.asAdmin('update consumer_status set rebuild_refusal = null where consumer_name = $1', [row.name]);
    await world.asAdmin('delete from outbox_events where event_id = $1', [old]);
    await assert.rejects(ask(), /The log reaches back to .* only: 1 events that gappy has processed .* lost/);
    assert.equal((await ask({ acceptGap: true })).lost, 1);
    world.operate(row);
    assert.equal((await ended(order.id)).sent, 2);
    const left = (await effectsOf(world.systemPool, row.name)).map(({ event_id }) => event_id);
    assert.deepEqual([left.length, left.includes(old ?? '')], [2, false]);
  });

  test('what is parked and not marked as sent yet stays parked: no replay would send it', async () => {
    const { name } = ordered('parked_unsent');
    const aggregateId = randomUUID();
    const [, second] = await world.happen(history(2, aggregateId), { publish: false });
    await world.asAdmin("update outbox_events set status = 'pending' where event_id = $1", [second]);
    await world.asAdmin(
      "insert into consumer_positions (consumer_name, aggregate_id, tenant_id, sequence) values ($1, $2, 't', 0)",
      [name, aggregateId],
    );
    await world.asAdmin(
      `insert into parked_events (consumer_name, aggregate_id, sequence, tenant_id, event_id, skip, envelope) values ($1, $2, 2, 't', $3, false, '{}')`,
      [name, aggregateId, second],
    );
    const clear = () =>
      system((tx) => clearAggregates(tx, { consumer: name, after: null, gap: false, clear: async () => {} }));
    const parked = () => world.count('parked_events where consumer_name = $1', [name]);
    assert.deepEqual(await clear(), { count: 0, next: null, left: 1 });
    assert.equal(await parked(), 1);
    await world.asAdmin("update outbox_events set status = 'processed' where event_id = $1", [second]);
    assert.deepEqual(await clear(), { count: 1, next: null, left: 0 });
    assert.equal(await parked(), 0);
  });

  test('what was given up and is not marked as sent yet stays given up, and asked for: no replay would send it', async () => {
    const { name } = ordered('dead_unsent');
    const [letter, asked] = await world.happen([...history(1), ...history(1)], { publish: false });
    await world.asAdmin("update outbox_events set status = 'pending' where event_id in ($1, $2)", [letter, asked]);
    await world.asAdmin(
      `insert into consumer_failures (consumer_name, event_id, tenant_id, event_type, aggregate_id, attempts, last_error, dead_at)
       select $1, event_id, tenant_id, event_type, aggregate_id, 3, 'no', case when event_id = $2 then now() end from outbox_events`,
      [name, letter],
    );
    await world.asAdmin(
      "insert into consumer_resends (consumer_name, event_id, tenant_id, skip) values ($1, $2, 't', false)",
      [name, asked],
    );
    const left = async (): Promise<number[]> => [
      await world.count('consumer_failures where consumer_name = $1', [name]),
      await world.count('consumer_resends where consumer_name = $1', [name]),
    ];
    await system((tx) => clearRest(tx, name, true));
    assert.deepEqual(await left(), [2, 1]);
    await world.asAdmin("update outbox_events set status = 'processed'");
    await system((tx) => clearRest(tx, name, false));
    assert.deepEqual(await left(), [0, 0]);
  });

  test('a process that was overtaken clears nothing, and keeps nobody still', async () => {
    const row = ordered('overtaken');
    const stopConsuming = await world.consume(effectConsumer(row));
    const stop = world.operate(row);
    await world.happen(history(3));
    await eventually(async () => (await claims(row)) === 3 && (await world.isKnown(row)));
    await stop();
    await stopConsuming();
    const id = randomUUID();
    await system((tx) => requestRebuild(tx, { id, consumer: row.name, acceptGap: false }, { dryRun: false }));
    const [owner, next] = [randomUUID(), randomUUID()];
    await system((tx) => takeRequest(tx, owner, [row.name]));
    await world.asAdmin("update consumer_requests set state = 'clearing' where id = $1", [id]);
    const [stale] = await system((tx) => listRequests(tx, { id }));
    assert.ok(stale);
    // It was stopped for a minute: another one has brought back what it is about to clear.
    await world.asAdmin("update consumer_requests set owner = $2, state = 'settling' where id = $1", [id, next]);
    const broker = connectBroker({ url: world.stack.amqpUrl, name: 'overtaken' });
    await eventually(() => broker.isOpen());
    const deps = {
      pool: world.pool,
      systemPool: world.systemPool,
      broker,
      log: createLogger({ name: 'overtaken', level: 'silent' }),
    };
    const signal = new AbortController().signal;
    const consumer = world.operated(row);
    await carryOut({ ...deps, owner, maxReady: 10 }, consumer, stale, signal);
    await broker.close();
    assert.equal(await claims(row), 3);
    assert.deepEqual((await effectsOf(world.systemPool, row.name)).length, 3);
    assert.equal(await world.count('consumer_controls where consumer_name = $1', [row.name]), 0);
    await world.asAdmin("update consumer_requests set state = 'done', ended_at = now() where id = $1", [id]);
  });
});
