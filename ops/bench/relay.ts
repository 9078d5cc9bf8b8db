// `node ops/bootstrap.mjs ops/bench/relay.ts [events]`: the relay's drain rate beside the bare client's confirm rate in one interleaved run, and
// the latency from commit to consumer. Needs running test servers (`npm run test:stack`) and their variables, as test:one gives them.
import { randomUUID } from 'node:crypto';
import amqp, { type ConsumeMessage } from 'amqplib';
import { createBell } from '../../db/bell.ts';
import { appendEvents } from '../../db/outbox.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { inTenant } from '../../db/transaction.ts';
import { createLogger } from '../../platform/log.ts';
import { testStack } from '../../test/support/stack.ts';
import { exchangesOf, queuesOf } from '../../workers/amqp/topology.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import { runRelay } from '../../workers/relay/run-relay.ts';

const row: ConsumerRow = {
  name: 'bench',
  on: { types: ['message.#'] },
  prefetch: 1_000,
  concurrency: 1,
  maxAttempts: 1,
  queueVersion: 1,
};
const total = Number(process.argv[2] ?? 20_000);
const rounds = 3;
const log = createLogger({ name: 'bench', level: 'warn' });
const padding = 'x'.repeat(300);
const stack = await testStack('bench');
const { config } = stack;
const pool = createPool({ url: stack.systemUrl, size: 4, name: 'bench' });
const userPool = createPool({ url: stack.databaseUrl, size: 32, name: 'bench-user' });
await pool.query("insert into tenants (tenant_id, name) values ('bench', 'Bench')");

const relaySettings = {
  databaseUrl: stack.systemUrl,
  amqpUrl: stack.amqpUrl,
  prefix: stack.amqpPrefix,
  exchange: config.AMQP_EXCHANGE,
  rows: [row],
  name: 'bench-relay',
  log,
};
const names = {
  exchange: exchangesOf({ prefix: stack.amqpPrefix, exchange: config.AMQP_EXCHANGE }).events,
  ...queuesOf(stack.amqpPrefix, row),
};

// The relay declares the topology.
const first = runRelay(relaySettings);
while (first.health().broker !== 'open') await tick(20);
await first.stop();

const counter = await countArrivals();
const figures: Record<string, number[]> = { 'bare client, confirms': [], relay: [], 'relay CPU, µs an event': [] };
for (let round = 0; round < rounds; round += 1) {
  figures['bare client, confirms']?.push(await bareClient());
  const { rate, cpu } = await drain();
  figures['relay']?.push(rate);
  figures['relay CPU, µs an event']?.push(cpu);
}
const medians = Object.fromEntries(
  Object.entries(figures).map(([name, values]) => [name, Math.round(quantile(values, 0.5))]),
);
console.log(
  `drain of ${total} events of about 600 bytes to the consumer, quorum queue, medians of ${rounds} interleaved rounds`,
);
console.table(medians);
console.log(`relay / bare client: ${((medians['relay'] ?? 0) / (medians['bare client, confirms'] ?? 1)).toFixed(2)}`);

for (const perSecond of [50, 500, 1_000]) console.log(await latency(perSecond, 6));
console.log('with every tenth transaction open for 200 ms', await latency(500, 6, { slowEvery: 10 }));

await counter.close();
await Promise.all([pool.end(), userPool.end()]);
await stack.close();

/** Counts what reaches the consumer's queue, and when each event did. */
async function countArrivals() {
  const model = await amqp.connect(`${stack.amqpUrl}?heartbeat=30`, { noDelay: true });
  const channel = await model.createChannel();
  await channel.prefetch(1_000);
  const arrivedAt = new Map<string, number>();
  let count = 0;
  let unacked = 0;
  let last: ConsumeMessage | undefined;
  const ack = (): void => {
    if (last) channel.ack(last, true);
    last = undefined;
    unacked = 0;
  };
  await channel.consume(names.queue, (message) => {
    if (!message) return;
    count += 1;
    arrivedAt.set(String(message.properties.messageId), performance.now());
    last = message;
    unacked += 1;
    if (unacked >= 50) ack();
  });
  const flush = setInterval(ack, 100);
  return {
    arrivedAt,
    count: () => count,
    reset: () => {
      count = 0;
      arrivedAt.clear();
    },
    close: () => {
      clearInterval(flush);
      return model.close();
    },
  };
}

/** The ceiling: the same client, exchange, queue and headers, no database. Events a second to the consumer. */
async function bareClient(): Promise<number> {
  counter.reset();
  const model = await amqp.connect(stack.amqpUrl, { noDelay: true });
  const channel = await model.createConfirmChannel();
  const body = Buffer.from(JSON.stringify({ messageId: randomUUID(), padding }));
  const startedAt = performance.now();
  const aggregateId = randomUUID();
  let unconfirmed = 0;
  let sent = 0;
  await new Promise<void>((resolve) => {
    const more = (): void => {
      while (sent < total && unconfirmed < 1_000) {
        sent += 1;
        unconfirmed += 1;
        const id = `${aggregateId.slice(0, 24)}${String(sent).padStart(12, '0')}`;
        const headers = {
          'cloudEvents:specversion': '1.0',
          'cloudEvents:id': id,
          'cloudEvents:type': 'message.sent',
          'cloudEvents:source': 'messaging-sagas',
          'cloudEvents:subject': aggregateId,
          'cloudEvents:time': '2026-01-31T12:00:00.000Z',
          'cloudEvents:tenantid': 'bench',
          'cloudEvents:aggregatetype': 'message',
          'cloudEvents:aggregateid': aggregateId,
          'cloudEvents:sequence': sent,
          'cloudEvents:eventversion': 'v1',
          'cloudEvents:correlationid': aggregateId,
          'cloudEvents:causationid': aggregateId,
        };
        channel.publish(
          names.exchange,
          'message.sent',
          body,
          { messageId: id, persistent: true, mandatory: true, headers },
          () => {
            unconfirmed -= 1;
            if (sent === total && unconfirmed === 0) resolve();
            else if (unconfirmed === 900) more();
          },
        );
      }
    };
    more();
  });
  while (counter.count() < total) await tick(1);
  const rate = (total / (performance.now() - startedAt)) * 1_000;
  await model.close();
  return rate;
}

/** A backlog that is there when the relay starts; the clock runs from its connection to the last arrival. */
async function drain(): Promise<{ rate: number; cpu: number }> {
  await writeBacklog();
  counter.reset();
  const relay = runRelay(relaySettings);
  while (counter.count() === 0) await tick(1);
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const had = counter.count();
  while (counter.count() < total) await tick(1);
  const rate = ((total - had) / (performance.now() - startedAt)) * 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await relay.stop();
  const { rows } = await pool.query<{ left: number }>(
    "select count(*) as left from outbox_events where status = 'pending'",
  );
  if (rows[0]?.left !== 0) throw new Error(`${rows[0]?.left} events were left`);
  return { rate, cpu: (user + system) / (total - had) };
}

async function writeBacklog(): Promise<void> {
  await pool.query(
    `insert into outbox_events (event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, event_data, metadata, correlation_id, tenant_id, created_at)
     select gen_random_uuid(), md5((n % 500)::text || $2)::uuid, 'message', 1 + n / 500, 'message.sent', 'v1', jsonb_build_object('messageId', gen_random_uuid(), 'padding', $3::text),
       jsonb_build_object('causation_id', gen_random_uuid()), gen_random_uuid(), 'bench', clock_timestamp() from generate_series(0, $1::integer - 1) n`,
    [total, randomUUID(), padding],
  );
}

/** One event a transaction, at a steady rate, from the role and with the bell of the product; ms from the acknowledged commit to the consumer. */
async function latency(perSecond: number, seconds: number, { slowEvery = 0 } = {}): Promise<Record<string, number>> {
  counter.reset();
  const bell = createBell(pool, 'outbox_events');
  const relay = runRelay(relaySettings);
  while (relay.health().partitions < 64) await tick(10);
  const committedAt = new Map<string, number>();
  const writes: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const due = startedAt + (n * 1_000) / perSecond;
    if (performance.now() < due) await tick(due - performance.now());
    writes.push(
      writeOne(userPool, slowEvery > 0 && n % slowEvery === 0 ? 200 : 0).then((id) => {
        committedAt.set(id, performance.now());
        bell.ring();
      }),
    );
  }
  await Promise.all(writes);
  const deadline = performance.now() + 5_000;
  const missing = (): number => [...committedAt.keys()].filter((id) => !counter.arrivedAt.has(id)).length;
  while (missing() > 0 && performance.now() < deadline) await tick(20);
  await relay.stop();
  const times = [...committedAt].flatMap(([id, at]) => {
    const arrived = counter.arrivedAt.get(id);
    return arrived === undefined ? [] : [Math.max(0, arrived - at)];
  });
  const round = (value: number): number => Math.round(value * 10) / 10;
  return {
    perSecond,
    events: committedAt.size,
    lost: committedAt.size - times.length,
    duplicates: counter.count() - counter.arrivedAt.size,
    p50: round(quantile(times, 0.5)),
    p99: round(quantile(times, 0.99)),
    max: round(quantile(times, 1)),
  };
}

async function writeOne(from: Pool, openMs: number): Promise<string> {
  const eventId = randomUUID();
  await inTenant(from, 'bench', async (tx) => {
    await appendEvents(tx, [
      {
        eventId,
        aggregateId: randomUUID(),
        aggregateType: 'message',
        sequence: 1,
        type: 'message.sent',
        version: 1,
        data: { padding },
        tenantId: 'bench',
        projectId: null,
        createdAt: new Date().toISOString(),
        correlationId: randomUUID(),
        causationId: randomUUID(),
        traceparent: null,
        saga: null,
        eventSourced: false,
      },
    ]);
    if (openMs > 0) await tick(openMs);
  });
  return eventId;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

function tick(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
