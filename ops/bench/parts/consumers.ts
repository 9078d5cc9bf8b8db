// How fast one process of the consumers' runtime lets events take effect, claim and effect in one transaction, and how fast it sees duplicates off.
import { randomUUID } from 'node:crypto';
import amqp from 'amqplib';
import { delivery } from '../../../test/support/deliver.ts';
import { declareTopology, exchangesOf } from '../../../workers/amqp/topology.ts';
import { encodeDelivery } from '../../../workers/consumers/encode-delivery.ts';
import type { Delivery } from '../../../workers/consumers/parse-delivery.ts';
import { openSender } from '../peers/sender.ts';
import { atLeast, type PartResult } from '../report/result.ts';
import { createSamples, rounding } from '../report/samples.ts';
import { type Bench, interleave, settingsFor } from '../run/bench.ts';
import { type ConsumersStatus, consumerRows } from '../run/consumers.ts';
import { exchangeName } from '../run/queue.ts';
import { tick } from '../run/tick.ts';
import { backendUsage, usedBetween } from '../run/usage.ts';

type Way = keyof typeof consumerRows;
const ways = Object.keys(consumerRows) as Way[];
const names: Readonly<Record<Way, string>> = {
  unordered: 'in any order',
  ordered: 'each aggregate in order',
  unorderedBatch: 'in any order, up to 100 a transaction',
  orderedBatch: 'each aggregate in order, up to 100 a transaction',
};
const aggregates = 500;

/** Measures. */
export async function measureConsumers(bench: Bench): Promise<PartResult> {
  const samples = createSamples();
  await bench.admin.query(`create table if not exists bench_effects (event_id uuid, aggregate_id uuid, sequence bigint);
    grant select, insert on bench_effects to app_user`);
  await interleave(bench.sizes.rounds, ways, async (way, round) => {
    bench.say(`round ${round} of ${bench.sizes.rounds}: ${way}`);
    await bench.admin.query('truncate bench_effects, processed_events, consumer_positions, parked_events');
    const deliveries = makeDeliveries(bench.sizes.consumed);
    const first = await consume(bench, way, deliveries, 'effects');
    samples.add(`${way} effects`, first.rate);
    samples.add(`${way} cpu`, first.cpuMicros);
    bench.say(`round ${round} of ${bench.sizes.rounds}: ${way}, the same once more`);
    samples.add(`${way} duplicates`, (await consume(bench, way, deliveries, 'duplicates')).rate);
    const { rows } = await bench.admin.query<{ count: number }>('select count(*) as count from bench_effects');
    samples.add(`${way} wrong`, Math.abs(Number(rows[0]?.count) - deliveries.length));
  });
  const figure = (name: string) => rounding(samples.median(name) ?? Number.NaN);
  return {
    title: 'Consumers',
    samples: samples.all(),
    tables: [
      {
        title: 'One process, one consumer whose effect is one row, quorum queue',
        head: [
          'consumer',
          'effects/s',
          'duplicates/s',
          'CPU of PostgreSQL and the process, µs an event',
          'effects missing or doubled',
        ],
        rows: ways.map((way) => [
          names[way],
          figure(`${way} effects`),
          figure(`${way} duplicates`),
          figure(`${way} cpu`),
          samples.sum(`${way} wrong`),
        ]),
      },
    ],
    targets: [
      ...(['unorderedBatch', 'orderedBatch'] as const).flatMap((way) => [
        atLeast(`consumer, ${names[way]}: effects/s`, 3_000, samples.median(`${way} effects`)),
        atLeast(`consumer, ${names[way]}: duplicates/s`, 5_000, samples.median(`${way} duplicates`)),
      ]),
    ],
    charts: [],
  };
}

function makeDeliveries(total: number): Delivery[] {
  const ids = Array.from({ length: aggregates }, () => randomUUID());
  const padding = 'x'.repeat(300);
  return Array.from({ length: total }, (_, n) =>
    delivery(ids[n % aggregates] ?? '', 1 + Math.floor(n / aggregates), { tenantId: 'bench', data: { padding } }),
  );
}

/** Everything is in the queue before the process starts; the clock runs from its first event to its last. */
async function consume(bench: Bench, way: Way, deliveries: readonly Delivery[], counted: 'effects' | 'duplicates') {
  const prefix = `${bench.queues.quorum.prefix}consumed.`;
  const naming = { prefix, exchange: exchangeName };
  const model = await amqp.connect(bench.amqpUrl);
  await declareTopology(model, { ...naming, rows: [consumerRows[way]] });
  await model.close();
  const sender = await openSender(bench.amqpUrl, exchangesOf(naming).events);
  for (let from = 0; from < deliveries.length; from += 1_000)
    await Promise.all(deliveries.slice(from, from + 1_000).map((one) => sender.publish(encodeDelivery(one))));
  await sender.close();

  const child = bench.children.get(`consumers-${way}`);
  const before = { backends: await backendUsage(bench.admin), child: (await child.usage()).cpuSeconds };
  await child.start('consumers', { ...settingsFor(bench, bench.queues.quorum, way), prefix });
  try {
    const status = await allDone(child.status, counted, deliveries.length);
    const backends = usedBetween(before.backends, await backendUsage(bench.admin));
    const seconds = (await child.usage()).cpuSeconds - before.child + (backends ?? Number.NaN);
    return {
      rate: (deliveries.length * 1_000) / (status.lastAt - status.startedAt),
      cpuMicros: backends === undefined ? undefined : (seconds * 1e6) / deliveries.length,
    };
  } finally {
    await child.stop();
  }
}

async function allDone(ask: () => Promise<unknown>, counted: 'effects' | 'duplicates', wanted: number) {
  for (let [seen, seenAt] = [0, performance.now()]; ; await tick(50)) {
    const status = (await ask()) as ConsumersStatus;
    if (status[counted] >= wanted) return status;
    if (status[counted] > seen) [seen, seenAt] = [status[counted], performance.now()];
    else if (performance.now() - seenAt > 30_000) throw new Error(`consumers: only ${seen} of ${wanted} ${counted}`);
  }
}
