// The relay and a broker that misbehaves, on servers of the test's own: alarms, silence, rows that no message can carry, relays that come and go.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { createPool, type Pool } from '../../db/pool.ts';
import { createLogger } from '../../platform/log.ts';
import { relayState } from '../../workers/relay/relay-state.ts';
import { type RelaySettings, type RunningRelay, runRelay } from '../../workers/relay/run-relay.ts';
import { type Tapped, tapBroker } from '../support/broker-tap.ts';
import { inversions, testRow, writeEvents } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultServers, startFaultServers } from '../support/fault-servers.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';
import { type TestStack, testStack } from '../support/stack.ts';

const row = testRow('relay_faults', { types: ['message.#'] });
const log = createLogger({ name: 'relay-faults', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
const patient = { timeoutMs: 40_000 };
let servers: FaultServers;
let stack: TestStack;
let pool: Pool;
let proxy: FaultProxy;
let tapped: Awaited<ReturnType<typeof tapBroker>>;
const running = new Set<RunningRelay>();

before(async () => {
  servers = await startFaultServers();
  stack = await testStack('relay_faults', servers.addresses);
  pool = createPool({ url: stack.systemUrl, size: 4, name: 'relay-faults' });
  proxy = await startProxy(() => servers.amqpPort);
  tapped = await tapBroker(stack.config);
  await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
});
afterEach(async () => {
  proxy.heal();
  await Promise.all([...running].map((relay) => relay.stop()));
  running.clear();
  await pool.query("update outbox_events set status = 'processed', retry_count = 0");
  tapped.seen.length = 0;
});
after(async () => {
  await tapped.close();
  await proxy.close();
  await pool.end();
  await stack.close();
  await servers.close();
});

function start(settings: Partial<RelaySettings> = {}): RunningRelay {
  const relay = runRelay({
    databaseUrl: stack.systemUrl,
    amqpUrl: stack.amqpUrl,
    prefix: stack.amqpPrefix,
    exchange: stack.config.AMQP_EXCHANGE,
    rows: [row],
    name: `relay-faults-${running.size}`,
    log,
    ...settings,
    options: { retryBaseMs: 20, ...settings.options },
  });
  running.add(relay);
  return relay;
}
async function stop(relay: RunningRelay): Promise<void> {
  running.delete(relay);
  await relay.stop();
}
const throughProxy = (): string => stack.amqpUrl.replace(`:${servers.amqpPort}`, `:${proxy.port}`);
const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());
const write = (aggregates: readonly string[], sequence: number, type = 'message.sent'): Promise<string[]> =>
  writeEvents(
    pool,
    't',
    aggregates.map((aggregateId) => ({ aggregateId, sequence, type })),
  );
const counts = async () => {
  const { rows } = await pool.query<{ open: number; tries: number }>(
    "select count(*) filter (where status in ('pending', 'failed')) as open, coalesce(max(retry_count), 0) as tries from outbox_events",
  );
  return rows[0] ?? { open: -1, tries: -1 };
};
const firsts = (seen: readonly Tapped[]): Tapped[] => {
  const known = new Set<string>();
  return seen.filter(({ eventId }) => !known.has(eventId) && known.add(eventId));
};
async function assertAllArrived(written: readonly string[]): Promise<void> {
  await eventually(async () => (await counts()).open === 0, patient);
  // The relay's own queue, read after a restart, still holds what earlier tests sent.
  const wanted = new Set(written);
  const arrived = (): Tapped[] => firsts(tapped.seen).filter(({ eventId }) => wanted.has(eventId));
  await eventually(() => arrived().length >= written.length, patient);
  const seen = arrived();
  assert.deepEqual(seen.map(({ eventId }) => eventId).sort(), [...written].sort());
  assert.equal(inversions(seen), 0);
}

describe('a broker that misbehaves', () => {
  test('an alarm pauses the relay, which says so, keeps its partitions, spends no try and goes on by itself', async () => {
    // Shorter than the alarm: what waits for its confirm meanwhile is not late.
    const relay = start({ confirmTimeoutMs: 1_000 });
    const aggregates = ids(10);
    const written = await write(aggregates, 1);
    await assertAllArrived(written);
    await servers.brokerctl('set_vm_memory_high_watermark', '0.000001');
    const states = new Set<string>();
    const watch = setInterval(() => states.add(relay.health().broker), 5);
    try {
      // A broker with an alarm tells a connection once it publishes.
      written.push(...(await write(aggregates, 2)));
      await eventually(() => relay.health().broker === 'blocked', patient);
      for (let sequence = 3; sequence <= 6; sequence += 1) written.push(...(await write(aggregates, sequence)));
      const blockedAt = performance.now();
      await eventually(() => performance.now() - blockedAt > 2_500, patient);
      const health = relay.health();
      assert.equal(health.broker, 'blocked');
      assert.ok(!states.has('down'), 'a confirm that the alarm holds up is no reason to connect anew');
      assert.match(relayState(health).paused ?? '', /takes nothing .* no try is spent/);
      assert.deepEqual([health.partitions, health.leaseValid], [64, true]);
      assert.ok(!tapped.seen.some(({ sequence }) => sequence > 2));
      assert.ok((await counts()).open >= 40);
    } finally {
      clearInterval(watch);
      await servers.brokerctl('set_vm_memory_high_watermark', 'absolute', '512MB');
    }
    await assertAllArrived(written);
    assert.equal(relay.health().broker, 'open');
    assert.equal(relayState(relay.health()).paused, null);
    assert.equal((await counts()).tries, 0);
  });

  test('one that answers nothing is left within the confirm time-out; nothing is lost, no try spent', async () => {
    const relay = start({ amqpUrl: throughProxy(), confirmTimeoutMs: 1_000 });
    const aggregates = ids(10);
    const written = await write(aggregates, 1);
    await assertAllArrived(written);
    proxy.inject({ kind: 'halfOpen' });
    written.push(...(await write(aggregates, 2)));
    await eventually(() => relay.health().broker === 'down' && /no confirm/.test(relay.health().brokerReason), {
      timeoutMs: 9_000,
    });
    written.push(...(await write(aggregates, 3)));
    proxy.heal();
    await assertAllArrived(written);
    assert.equal((await counts()).tries, 0);
  });

  test('one that is stopped and started again: the relay waits, says so, and goes on', async () => {
    const relay = start();
    const aggregates = ids(10);
    const written = await write(aggregates, 1);
    await assertAllArrived(written);
    await servers.stopBroker('kill');
    await eventually(() => relay.health().broker === 'down', patient);
    written.push(...(await write(aggregates, 2)));
    assert.match(relayState(relay.health()).paused ?? '', /away/);
    await eventually(() => relay.health().partitions === 0, patient);
    await servers.startBroker();
    // The tap's own queue went with the broker.
    const sent = firsts(tapped.seen);
    await tapped.close();
    tapped = await tapBroker(stack.config, { queue: `${stack.amqpPrefix}relay_faults.v1` });
    tapped.seen.push(...sent);
    await assertAllArrived(written);
    assert.equal((await counts()).tries, 0);
  });
});

describe('a row that no message can carry', () => {
  const cases: readonly (readonly [string, string, unknown[]])[] = [
    ['metadata that is no object', "metadata = 'null'", []],
    ['a type longer than a routing key', 'event_type = $2', [`message.${'x'.repeat(300)}`]],
    ['metadata larger than a frame', "metadata = jsonb_build_object('traceparent', $2::text)", ['x'.repeat(200_000)]],
  ];
  for (const [what, change, values] of cases)
    test(`${what} is given up with a reason; other aggregates go on, on the same connection`, async () => {
      const [bad = '', ...good] = ids(6);
      const [badId] = await write([bad], 1);
      await pool.query(`update outbox_events set ${change} where event_id = $1`, [badId, ...values]);
      const relay = start();
      const states: string[] = [];
      const watch = setInterval(() => states.push(relay.health().broker), 5);
      const written = await write(good, 1);
      await eventually(() => firsts(tapped.seen).length === written.length, patient);
      await eventually(async () => {
        const { rows } = await pool.query<{ status: string }>('select status from outbox_events where event_id = $1', [
          badId,
        ]);
        return rows[0]?.status === 'failed';
      }, patient);
      clearInterval(watch);
      const { rows } = await pool.query<{ retry_count: number; last_error: string }>(
        'select retry_count, last_error from outbox_events where event_id = $1',
        [badId],
      );
      assert.equal(rows[0]?.retry_count, 5);
      assert.ok(
        (rows[0]?.last_error ?? '').length > 10 && !/xxxx/.test(rows[0]?.last_error ?? ''),
        rows[0]?.last_error,
      );
      const opened = states.indexOf('open');
      assert.ok(!states.slice(opened).includes('down'), 'one row took the connection down');
    });
});

test('three relays that join, leave and die under load: nothing lost, no order broken, fair shares', async () => {
  const aggregates = ids(60);
  const written: string[] = [];
  let writing = true;
  const writer = (async () => {
    for (let sequence = 1; writing; sequence += 1) {
      written.push(...(await write(aggregates, sequence)));
      // No more than the relays can carry on any machine: what piles up would have to be drained at the end.
      await eventually(async () => (await counts()).open < 2_000 || !writing, patient);
    }
  })();
  const shares = (...relays: RunningRelay[]) =>
    relays
      .map((relay) => relay.health().partitions)
      .sort()
      .join();
  const [one, two] = [start(), start()];
  await eventually(() => shares(one, two) === '32,32', patient);
  const three = start();
  await eventually(() => shares(one, two, three) === '21,21,22', patient);
  await stop(one);
  await eventually(() => shares(two, three) === '32,32', patient);
  // As after a kill: it neither beats nor marks any more.
  running.delete(two);
  await two.pool.end();
  await eventually(() => shares(three) === '64', patient);
  await two.stop().catch(() => undefined);
  writing = false;
  await writer;
  await assertAllArrived(written);
  assert.equal((await counts()).tries, 0);
});
