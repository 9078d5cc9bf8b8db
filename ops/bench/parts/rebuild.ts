// How long it takes to make a large read model anew: the timeline slice by slice where it stands, the deliveries cleared and sent the whole log again.
import { randomUUID } from 'node:crypto';
import { type ConsumerRequest, describedConsumer, insertRequest, listRequests } from '../../../db/consumer-requests.ts';
import { createPool, type Pool } from '../../../db/pool.ts';
import { inSystem } from '../../../db/transaction.ts';
import type { PartResult } from '../report/result.ts';
import { atMost } from '../report/result.ts';
import { createSamples, rounding } from '../report/samples.ts';
import { type Bench, settingsFor } from '../run/bench.ts';
import { consumerWays } from '../run/consumer-ways.ts';
import { emptyConsumers, emptyOutbox, fillOutbox, markSent } from '../run/events.ts';
import { tick } from '../run/tick.ts';

const ways = ['timeline', 'deliveries'] as const;
/** What is lost before the second rebuild; the other one clears its read model itself. */
const losses = { timeline: 'truncate contact_events', deliveries: undefined } as const;
type Way = (typeof ways)[number];
const eventsEach = 20;
/** No event taken for so long: it hangs. */
const patienceMs = 60_000;

/** Measures, once each. */
export async function measureRebuild(bench: Bench): Promise<PartResult> {
  const total = bench.sizes.rebuilt;
  const samples = createSamples();
  const pool = createPool({ url: bench.database.systemUrl, size: 2, name: 'bench-rebuild' });
  try {
    for (const way of ways) await rebuildTwice(bench, pool, way, (name, value) => samples.add(`${way} ${name}`, value));
  } finally {
    await pool.end();
  }
  const figure = (name: string) => rounding(samples.median(name) ?? Number.NaN);
  return {
    title: 'A rebuild from the log',
    samples: samples.all(),
    tables: [
      {
        title: `${total.toLocaleString('en')} events of ${(total / eventsEach).toLocaleString('en')} aggregates, one process`,
        head: [
          'consumer',
          'from nothing, events/s',
          'rebuild, s',
          'of it clearing, s',
          'rebuild, events/s',
          'when nothing differs, events/s',
          'memory of the process, MiB',
          'rows missing or doubled',
        ],
        rows: ways.map((way) => [
          consumerWays[way].title,
          figure(`${way} first`),
          figure(`${way} seconds`),
          figure(`${way} clearing`),
          figure(`${way} again`),
          losses[way] === undefined ? '–' : figure(`${way} unchanged`),
          figure(`${way} memory`),
          samples.sum(`${way} wrong`),
        ]),
        note: 'From nothing: no event was taken before. contact_event_consumer builds a projection: its rows are made from the log and compared where they stand, all of them gone before the rebuild. waha_message_consumer is sent every event again, which is taken, and seen to have taken effect.',
      },
    ],
    targets: ways.map((way) =>
      atMost(`rebuild, ${consumerWays[way].title}: rows missing or doubled`, 0, samples.sum(`${way} wrong`)),
    ),
    charts: [],
  };
}

async function rebuildTwice(bench: Bench, pool: Pool, way: Way, add: (name: string, value: number) => void) {
  const { admin, sizes } = bench;
  const total = sizes.rebuilt;
  const { event, row, effects } = consumerWays[way];
  await emptyConsumers(admin);
  await emptyOutbox(admin);
  await fillOutbox(admin, { total, aggregates: total / eventsEach, payloadBytes: 300 }, (rows) =>
    bench.say(`${way}: ${rows.toLocaleString('en')} events written`),
  );
  await markSent(admin, (sequence) => event('', sequence), eventsEach);
  const child = bench.children.get(`rebuild-${way}`);
  const prefix = `${bench.queues.quorum.prefix}rebuilt.${way}.`;
  await child.start('operated', { ...settingsFor(bench, bench.queues.quorum, way), prefix });
  const count = async (): Promise<number> =>
    Number((await admin.query<{ count: number }>(effects)).rows[0]?.count ?? 0);
  let memory = 0;
  const rebuild = async (what: string): Promise<{ readonly seconds: number; readonly clearing: number }> => {
    const id = await asked(pool, row.name, total);
    const startedAt = performance.now();
    let clearing = 0;
    for (let [seen, seenAt] = ['', startedAt]; ; await tick(100)) {
      const request = await requestOf(pool, id);
      if (request.state === 'waiting' || request.state === 'clearing') clearing = performance.now() - startedAt;
      if (request.endedAt !== null) break;
      memory = Math.max(memory, (await child.usage()).rssMiB);
      const { state, compared, cleared, sent, settled } = request;
      const progress = `${state}, ${compared} compared, ${cleared} cleared, ${sent} sent, ${settled} settled`;
      if (progress !== seen) [seen, seenAt] = [progress, performance.now()];
      else if (performance.now() - seenAt > patienceMs) throw new Error(`${way}: hangs at ${progress}`);
      bench.say(`${way}, ${what}: ${progress}`);
    }
    // What was parked counts as settled; it takes effect by itself.
    let made = await count();
    for (const deadline = performance.now() + 30_000; made !== total && performance.now() < deadline; await tick(50))
      made = await count();
    add('wrong', Math.abs(made - total));
    return { seconds: (performance.now() - startedAt) / 1_000, clearing: clearing / 1_000 };
  };
  try {
    add('first', total / (await rebuild('from nothing')).seconds);
    if (losses[way]) await admin.query(losses[way]);
    const { seconds, clearing } = await rebuild('rebuild');
    if (losses[way]) add('unchanged', total / (await rebuild('again')).seconds);
    add('seconds', seconds);
    add('clearing', clearing);
    add('again', total / seconds);
    add('memory', memory);
  } finally {
    await child.stop();
  }
}

/** As soon as the process has said what consumers there are. */
async function asked(pool: Pool, consumer: string, total: number): Promise<string> {
  const id = randomUUID();
  for (const deadline = performance.now() + 30_000; ; await tick(100)) {
    try {
      await inSystem(pool, async (tx) => {
        await describedConsumer(tx, consumer);
        const whole = { tenantId: null, from: null, to: null, types: null };
        await insertRequest(tx, { id, consumer, kind: 'rebuild', ...whole, total });
      });
      return id;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

async function requestOf(pool: Pool, id: string): Promise<ConsumerRequest> {
  const [request] = await inSystem(pool, (tx) => listRequests(tx, { id }));
  if (!request) throw new Error('the request is gone');
  return request;
}
