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
import { type ConsumerWay, type ConsumerWayName, consumerWays } from '../run/consumer-ways.ts';
import type { ConsumersStatus } from '../run/consumers.ts';
import { emptyConsumers } from '../run/events.ts';
import { exchangeName } from '../run/queue.ts';
import { startBenchTemporal } from '../run/servers.ts';
import { tick } from '../run/tick.ts';
import { backendUsage, usedBetween } from '../run/usage.ts';

const names = Object.keys(consumerWays) as ConsumerWayName[];
const aggregates = 500;

/** Measures. */
export async function measureConsumers(bench: Bench): Promise<PartResult> {
  const samples = createSamples();
  const temporalAddress = await startBenchTemporal(bench.say);
  await bench.admin.query(`create table if not exists bench_effects (event_id uuid, aggregate_id uuid, sequence bigint);
    grant select, insert on bench_effects to app_user`);
  await interleave(bench.sizes.rounds, names, async (way, round) => {
    bench.say(`round ${round} of ${bench.sizes.rounds}: ${way}`);
    await emptyConsumers(bench.admin);
    const deliveries = makeDeliveries(consumerWays[way], bench.sizes[consumerWays[way].total]);
    const place = { way, temporalAddress };
    const first = await consume(bench, place, deliveries, 'effects');
    samples.add(`${way} effects`, first.rate);
    samples.add(`${way} cpu`, first.cpuMicros);
    bench.say(`round ${round} of ${bench.sizes.rounds}: ${way}, the same once more`);
    samples.add(`${way} duplicates`, (await consume(bench, place, deliveries, 'duplicates')).rate);
    const { rows } = await bench.admin.query<{ count: number }>(consumerWays[way].effects);
    samples.add(`${way} wrong`, Math.abs(Number(rows[0]?.count) - deliveries.length));
  });
  const figure = (name: string) => rounding(samples.median(name) ?? Number.NaN);
  return {
    title: 'Consumers',
    samples: samples.all(),
    tables: [
      {
        title: 'One process, one consumer, quorum queue: consumers whose effect is one row, then those of the product',
        head: [
          'consumer',
          'effects/s',
          'duplicates/s',
          'CPU of PostgreSQL and the process, µs an event',
          'effects missing or doubled',
        ],
        rows: names.map((way) => [
          consumerWays[way].title,
          figure(`${way} effects`),
          figure(`${way} duplicates`),
          figure(`${way} cpu`),
          samples.sum(`${way} wrong`),
        ]),
      },
    ],
    targets: names.flatMap((way) => {
      const { title, isForShow }: ConsumerWay = consumerWays[way];
      if (isForShow) return [];
      return [
        atLeast(`consumer, ${title}: effects/s`, 3_000, samples.median(`${way} effects`)),
        atLeast(`consumer, ${title}: duplicates/s`, 5_000, samples.median(`${way} duplicates`)),
      ];
    }),
    charts: [],
  };
}

function makeDeliveries({ event }: ConsumerWay, total: number): Delivery[] {
  const ids = Array.from({ length: aggregates }, () => randomUUID());
  const padding = 'x'.repeat(300);
  return Array.from({ length: total }, (_, n) => {
    const [id, sequence] = [ids[n % aggregates] ?? '', 1 + Math.floor(n / aggregates)];
    const { data, ...said } = event(id, sequence);
    return delivery(id, sequence, { ...said, tenantId: 'bench', data: { ...data, padding } });
  });
}

/** Everything is in the queue before the process starts; the clock runs from its first event to its last. */
async function consume(
  bench: Bench,
  { way, temporalAddress }: { readonly way: ConsumerWayName; readonly temporalAddress: string },
  deliveries: readonly Delivery[],
  counted: 'effects' | 'duplicates',
) {
  // A broker's place of its own: the queues of the others would gather these too.
  const prefix = `${bench.queues.quorum.prefix}consumed.${way}.`;
  const naming = { prefix, exchange: exchangeName };
  const model = await amqp.connect(bench.amqpUrl);
  await declareTopology(model, { ...naming, rows: [consumerWays[way].row] });
  await model.close();
  const sender = await openSender(bench.amqpUrl, exchangesOf(naming).events);
  for (let from = 0; from < deliveries.length; from += 1_000)
    await Promise.all(deliveries.slice(from, from + 1_000).map((one) => sender.publish(encodeDelivery(one))));
  await sender.close();

  const child = bench.children.get(`consumers-${way}`);
  const before = { backends: await backendUsage(bench.admin), child: (await child.usage()).cpuSeconds };
  await child.start('consumers', { ...settingsFor(bench, bench.queues.quorum, way), prefix, temporalAddress });
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
