// The relay on real servers: nothing lost, order per aggregate, whatever happens to relays, broker and routes.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import pg from 'pg';
import { discardEvent, redriveEvents } from '../../db/outbox-admin.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import { createLogger } from '../../platform/log.ts';
import { queuesOf } from '../../workers/amqp/topology.ts';
import { createLowWater } from '../../workers/relay/low-water.ts';
import { createOutboxPort } from '../../workers/relay/postgres-ports.ts';
import { type RelaySettings, type RunningRelay, runRelay } from '../../workers/relay/run-relay.ts';
import { type Tapped, tapBroker } from '../support/broker-tap.ts';
import { inversions, testRow, writeEvents } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { management } from '../support/rabbit.ts';
import { type TestStack, testStack } from '../support/stack.ts';

const row = testRow('relay_test', { types: ['message.#'] });
const log = createLogger({ name: 'relay-test', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
let stack: TestStack;
let pool: Pool;
const running = new Set<RunningRelay>();
const taps = new Set<Awaited<ReturnType<typeof tapBroker>>>();

before(async () => {
  stack = await testStack('relay');
  pool = createPool({ url: stack.systemUrl, size: 4, name: 'relay-test' });
  await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
});
afterEach(async () => {
  await Promise.all([...running].map((relay) => relay.stop()));
  running.clear();
  await Promise.all([...taps].map((one) => one.close()));
  taps.clear();
  await pool.query("update outbox_events set status = 'processed' where status in ('pending', 'failed')");
});
after(async () => {
  await pool.end();
  await stack.close();
});

function start(settings: Partial<RelaySettings> = {}): RunningRelay {
  const relay = runRelay({
    databaseUrl: stack.systemUrl,
    amqpUrl: stack.amqpUrl,
    prefix: stack.amqpPrefix,
    exchange: stack.config.AMQP_EXCHANGE,
    rows: [row],
    name: `relay-${running.size}-${stack.amqpPrefix}`,
    log,
    options: { retryBaseMs: 30 },
    ...settings,
  });
  running.add(relay);
  return relay;
}

async function tap(pattern?: string) {
  const one = await tapBroker(stack.config, pattern === undefined ? {} : { pattern });
  taps.add(one);
  return one;
}

/** Takes what a consumer's queue holds, from now on. */
async function takeAll(queue: string): Promise<Tapped[]> {
  const one = await tapBroker(stack.config, { queue });
  taps.add(one);
  return one.seen;
}

/** `count` events over `aggregates` aggregates, in batches of transactions of their own. */
async function writeMany(aggregates: readonly string[], perAggregate: number, fromSequence = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < perAggregate; n += 1)
    ids.push(
      ...(await writeEvents(
        pool,
        't',
        aggregates.map((aggregateId) => ({ aggregateId, sequence: fromSequence + n })),
      )),
    );
  return ids;
}

const pendingCount = async (): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(
    "select count(*) as count from outbox_events where status <> 'processed' and status <> 'discarded'",
  );
  return rows[0]?.count ?? -1;
};
const stateOf = async (aggregateId: string) => {
  const { rows } = await pool.query<{ status: string; retry_count: number; last_error: string | null }>(
    'select status, retry_count, last_error from outbox_events where aggregate_id = $1 order by aggregate_sequence',
    [aggregateId],
  );
  return rows;
};
const firsts = (seen: readonly Tapped[]): Tapped[] => {
  const known = new Set<string>();
  return seen.filter(({ eventId }) => !known.has(eventId) && known.add(eventId));
};
const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

describe('the relay', () => {
  test('sends committed events in each aggregate’s order, with their text and attributes, and marks them', async () => {
    const tapped = await tap();
    start();
    const aggregates = ids(20);
    const written = await writeMany(aggregates, 10);
    await eventually(async () => (await pendingCount()) === 0);
    await eventually(() => tapped.seen.length >= written.length);
    assert.deepEqual(tapped.seen.map(({ eventId }) => eventId).sort(), [...written].sort());
    assert.equal(inversions(tapped.seen), 0);
    assert.deepEqual(JSON.parse(tapped.seen[0]?.body ?? ''), { n: 1 });
  });

  test('a row whose transaction commits after a later position is found, in its order', async () => {
    const tapped = await tap();
    start();
    const [late, other] = [randomUUID(), randomUUID()];
    const slow = new pg.Client({ connectionString: stack.systemUrl });
    await slow.connect();
    await slow.query('begin');
    const [lateId] = await writeEvents(slow, 't', [{ aggregateId: late, sequence: 1 }]);
    // One by one, so that the relay reads again and again past the position that is still to come.
    for (let sequence = 1; sequence <= 5; sequence += 1) {
      await writeEvents(pool, 't', [{ aggregateId: other, sequence }]);
      await eventually(() => tapped.seen.length === sequence);
    }
    await slow.query('commit');
    const [nextId] = await writeEvents(pool, 't', [{ aggregateId: late, sequence: 2 }]);
    await eventually(() => tapped.seen.length === 7);
    assert.deepEqual(
      tapped.seen.slice(5).map(({ eventId }) => eventId),
      [lateId, nextId],
    );
    await slow.end();
  });

  test('the mark stays below a row of a transaction younger than any that has ended', async () => {
    const [older, younger] = [
      new pg.Client({ connectionString: stack.systemUrl }),
      new pg.Client({ connectionString: stack.systemUrl }),
    ];
    await Promise.all([older.connect(), younger.connect()]);
    await older.query('begin; select pg_current_xact_id()');
    await younger.query('begin');
    const [late] = await writeEvents(younger, 't', [{ aggregateId: randomUUID(), sequence: 1 }]);
    const [seen] = await writeEvents(older, 't', [{ aggregateId: randomUUID(), sequence: 1 }]);
    await older.query('commit');
    // No relay runs here: its own transactions would hide the case, because they end.
    const port = createOutboxPort(pool, randomUUID());
    const lowWater = createLowWater();
    const everything = { partitions: Array.from({ length: 64 }, (_, index) => index), except: [], heldAggregates: [] };
    const look = async () => {
      const read = await port.readPending({
        ...everything,
        after: lowWater.mark(),
        limit: 500,
        wantsNewest: lowWater.wantsNewest(),
      });
      lowWater.note(read, 500);
      return read.events.map(({ eventId }) => eventId);
    };
    assert.ok((await look()).includes(seen ?? ''));
    await look();
    await younger.query('commit');
    assert.ok((await look()).includes(late ?? ''), 'the row that became visible last is read');
    await Promise.all([older.end(), younger.end()]);
  });

  test('a position is drawn only after its transaction has an id', async () => {
    // The relay's low-water mark stands on this: a lower position of a transaction that looks younger would be passed over.
    const { rows } = await pool.query<{ default: string }>(
      `select pg_get_expr(adbin, adrelid) as default from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum
       where adrelid = 'outbox_events'::regclass and attname = 'id'`,
    );
    assert.match(rows[0]?.default ?? '', /WHEN \(pg_current_xact_id\(\) IS NOT NULL\) THEN nextval/);
  });

  test('two relays share the partitions; one that dies is replaced within 5 s, with nothing lost and no order broken', async () => {
    const tapped = await tap();
    const one = start();
    await eventually(() => one.health().partitions === 64);
    const two = start();
    await eventually(() => one.health().partitions === 32 && two.health().partitions === 32, { timeoutMs: 2_000 });
    const aggregates = ids(50);
    const written = await writeMany(aggregates, 5);
    await eventually(async () => (await pendingCount()) === 0);
    // Its pool is gone: it neither beats nor marks any more, as after a kill.
    await two.pool.end();
    const diedAt = performance.now();
    written.push(...(await writeMany(aggregates, 5, 6)));
    await eventually(async () => (await pendingCount()) === 0, { timeoutMs: 8_000 });
    assert.ok(performance.now() - diedAt < 5_500, `took ${performance.now() - diedAt} ms`);
    const seen = firsts(tapped.seen);
    assert.deepEqual(seen.map(({ eventId }) => eventId).sort(), [...written].sort());
    assert.equal(inversions(seen), 0);
    running.delete(two);
    await two.stop().catch(() => undefined);
  });

  test('a relay that leaves hands its partitions over at once', async () => {
    const one = start();
    const two = start();
    await eventually(() => one.health().partitions === 32 && two.health().partitions === 32, { timeoutMs: 5_000 });
    running.delete(one);
    await one.stop();
    await eventually(() => two.health().partitions === 64, { timeoutMs: 1_000 });
  });

  test('a cut connection to the broker loses nothing and costs no try', async () => {
    const tapped = await tap();
    const relay = start();
    await eventually(() => relay.health().broker === 'open');
    const aggregates = ids(100);
    const writing = writeMany(aggregates, 100);
    await eventually(() => tapped.seen.length > 500);
    await closeConnections(`relay-0-${stack.amqpPrefix}`);
    const written = await writing;
    await eventually(async () => (await pendingCount()) === 0, { timeoutMs: 20_000 });
    const { rows } = await pool.query<{ tries: number }>(
      'select coalesce(max(retry_count), 0) as tries from outbox_events where aggregate_id = any($1)',
      [aggregates],
    );
    assert.equal(rows[0]?.tries, 0);
    await eventually(() => firsts(tapped.seen).length === written.length);
    assert.equal(inversions(firsts(tapped.seen)), 0);
  });

  test('a returned event that a consumer binds is tried again, given up, and holds back only its own aggregate', async () => {
    const tapped = await tap('other.#');
    const relay = start();
    await eventually(() => relay.health().broker === 'open');
    await unbind('message.#');
    const [stuck, free] = [randomUUID(), randomUUID()];
    await writeEvents(pool, 't', [
      { aggregateId: stuck, sequence: 1 },
      { aggregateId: stuck, sequence: 2, type: 'other.thing' },
      { aggregateId: free, sequence: 1, type: 'other.thing' },
    ]);
    await eventually(async () => ((await stateOf(stuck))[0]?.retry_count ?? 0) > 0);
    await writeEvents(pool, 't', [{ aggregateId: stuck, sequence: 3, type: 'other.thing' }]);
    await eventually(async () => (await stateOf(stuck))[0]?.status === 'failed', { timeoutMs: 20_000 });
    const [first, second, third] = await stateOf(stuck);
    assert.equal(first?.retry_count, 5);
    assert.match(first?.last_error ?? '', /no queue takes it/);
    assert.equal(third?.status, 'pending');
    // What was in flight behind the first one went out; nothing that came later did.
    assert.ok(second && third.retry_count === 0);
    assert.ok(tapped.seen.some(({ aggregate_id }) => aggregate_id === free));
    assert.ok(!tapped.seen.some(({ aggregate_id, sequence }) => aggregate_id === stuck && sequence === 3));
    assert.equal(relay.health().heldAggregates, 1);

    await bind('message.#');
    const redriven = await inSystem(pool, (tx) => redriveEvents(tx, { aggregateId: stuck }, { dryRun: false }));
    assert.equal(redriven, 1);
    await eventually(async () => (await stateOf(stuck)).every(({ status }) => status === 'processed'));
    await eventually(() => tapped.seen.some(({ aggregate_id, sequence }) => aggregate_id === stuck && sequence === 3));
    await eventually(() => relay.health().heldAggregates === 0);
  });

  test('discarding a given-up event sends a skip marker without its data, before what was held back', async () => {
    const tapped = await tap();
    const relay = start();
    await eventually(() => relay.health().broker === 'open');
    const aggregateId = randomUUID();
    const [eventId] = await writeEvents(pool, 't', [
      { aggregateId, sequence: 1, data: { big: 'x'.repeat(9 * 1024 * 1024) } },
    ]);
    await eventually(async () => (await stateOf(aggregateId))[0]?.status === 'failed', { timeoutMs: 20_000 });
    assert.match((await stateOf(aggregateId))[0]?.last_error ?? '', /too large/);
    const [next] = await writeEvents(pool, 't', [{ aggregateId, sequence: 2 }]);
    await inSystem(pool, (tx) => discardEvent(tx, eventId ?? '', 'a test'));
    await eventually(() => tapped.seen.length === 2);
    assert.deepEqual(
      tapped.seen.map(({ eventId: id, skip, body }) => [id, skip, body]),
      [
        [eventId, true, 'null'],
        [next, false, '{"n": 2}'],
      ],
    );
    await eventually(async () => (await stateOf(aggregateId))[0]?.status === 'discarded');
  });

  test('an event that nobody binds is returned and done with', async () => {
    const returned: string[] = [];
    start({ observer: { returnedUnbound: ({ eventId }) => returned.push(eventId) } });
    const aggregateId = randomUUID();
    const written = await writeEvents(pool, 't', [{ aggregateId, sequence: 1, type: 'nobody.cares' }]);
    await eventually(async () => (await stateOf(aggregateId))[0]?.status === 'processed');
    assert.deepEqual(returned, written);
  });

  test('a deleted exchange heals by itself', async () => {
    const relay = start();
    await eventually(() => relay.health().broker === 'open');
    await management(stack.amqpManagementUrl, 'DELETE', `exchanges/%2F/${encodeURIComponent(exchange())}`);
    const aggregateId = randomUUID();
    await writeMany([aggregateId], 3);
    await eventually(async () => (await stateOf(aggregateId)).every(({ status }) => status === 'processed'));
    assert.ok((await stateOf(aggregateId)).every(({ retry_count }) => retry_count === 0));
  });

  test('a full queue’s refusals cost no try, and everything arrives once there is room', async () => {
    const small = testRow('relay_full', { types: ['full.#'] });
    const { queue } = queuesOf(stack.amqpPrefix, small);
    const relay = start({ rows: [small] });
    await eventually(() => relay.health().broker === 'open');
    await management(stack.amqpManagementUrl, 'PUT', `policies/%2F/${encodeURIComponent(queue)}`, {
      pattern: `^${queue.replaceAll('.', '\\.')}$`,
      definition: { 'max-length': 5 },
      'apply-to': 'queues',
    });
    const aggregates = ids(4);
    // The broker applies a limit a moment later, and takes what was under way besides: so write until it refuses.
    let written = 0;
    await eventually(async () => {
      written += 1;
      await writeEvents(
        pool,
        't',
        aggregates.map((aggregateId) => ({ aggregateId, sequence: written, type: 'full.of' })),
      );
      return relay.health().heldAggregates > 0;
    });
    const arrived = await takeAll(queue);
    await eventually(async () => (await pendingCount()) === 0, { timeoutMs: 20_000 });
    await eventually(() => firsts(arrived).length === 4 * written);
    assert.equal(inversions(firsts(arrived)), 0);
    await management(stack.amqpManagementUrl, 'DELETE', `policies/%2F/${encodeURIComponent(queue)}`);
    for (const aggregateId of aggregates)
      assert.ok((await stateOf(aggregateId)).every(({ retry_count }) => retry_count === 0));
  });
});

const exchange = (): string => `${stack.amqpPrefix}${stack.config.AMQP_EXCHANGE}`;
const binding = (): string =>
  `bindings/%2F/e/${encodeURIComponent(exchange())}/q/${encodeURIComponent(queuesOf(stack.amqpPrefix, row).queue)}`;
async function unbind(pattern: string): Promise<void> {
  await management(stack.amqpManagementUrl, 'DELETE', `${binding()}/${encodeURIComponent(pattern)}`);
}
async function bind(pattern: string): Promise<void> {
  await management(stack.amqpManagementUrl, 'POST', binding(), { routing_key: pattern });
}

/** The broker closes all connections of this name; answers how many. */
async function closeConnections(name: string): Promise<number> {
  const list = await eventually(async () => {
    const rows = await management<{ name: string; client_properties: { connection_name?: string } }[]>(
      stack.amqpManagementUrl,
      'GET',
      'connections',
    );
    const own = rows.filter(({ client_properties: properties }) => properties.connection_name === name);
    return own.length > 0 && own;
  });
  for (const { name: connection } of list)
    await management(stack.amqpManagementUrl, 'DELETE', `connections/${encodeURIComponent(connection)}`);
  return list.length;
}
