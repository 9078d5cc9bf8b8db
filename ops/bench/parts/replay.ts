// How long it takes to replay a contact with many events: with snapshots and without, to now and to moments long past.
import { randomUUID } from 'node:crypto';
import { aggregates } from '../../../db/aggregates.ts';
import { type Replayed, type ReplayOptions, replay } from '../../../db/event-store/replay.ts';
import { execute } from '../../../db/execute.ts';
import { executeMany } from '../../../db/execute-many.ts';
import { inTenant } from '../../../db/transaction.ts';
import type { Contact } from '../../../domain/contact/state.ts';
import { atMost, type PartResult } from '../report/result.ts';
import { createSamples, quantile, rounding, type Samples } from '../report/samples.ts';
import type { Bench } from '../run/bench.ts';
import { openShop, type Shop } from '../run/command-api.ts';

const runs = { snapshot: 100, whole: 5 };
/** As many events as lie between two snapshots. */
const bit = 50;

/** Measures. */
export async function measureReplay(bench: Bench): Promise<PartResult> {
  const samples = createSamples();
  const { rounds, replayed: total } = bench.sizes;
  const shop = await openShop(bench);
  try {
    const id = await writeHistory(bench, shop, total);
    await bench.admin.query('vacuum analyze event_store, event_snapshots');
    const { rows } = await bench.admin.query<{ at: Date }>(
      'select occurred_at as at from event_store where aggregate_id = $1 and sequence_number = $2',
      [id, Math.floor(total / 2) + 1],
    );
    const ways: Readonly<Record<string, readonly [number, ReplayOptions]>> = {
      snapshot: [runs.snapshot, {}],
      middle: [runs.snapshot, { moment: rows[0]?.at }],
      whole: [runs.whole, { useSnapshots: false }],
    };
    for (let round = 1; round <= rounds; round += 1)
      for (const [way, [count, options]] of Object.entries(ways)) {
        bench.say(`round ${round} of ${rounds}: ${way}`);
        const waits: number[] = [];
        let last: Replayed<Contact> | undefined;
        for (let n = 0; n < count; n += 1) {
          const startedAt = performance.now();
          last = await replayOnce(shop, id, options);
          waits.push(performance.now() - startedAt);
        }
        samples.add(`${way} p50`, quantile(waits, 0.5));
        samples.add(`${way} p99`, quantile(waits, 0.99));
        samples.add(`${way} read`, last?.read);
      }
  } finally {
    await shop.close();
  }
  return report(samples, total);
}

const replayOnce = ({ database, tenantId }: Shop, id: string, options: ReplayOptions) =>
  inTenant(database.pool, tenantId, (tx) => replay(database, tx, aggregates.contact, id, options));

/** Changes of a name, sealed, and of tags in turn, bit by bit as they would have come. */
async function writeHistory(bench: Bench, { database, tenantId, projectId }: Shop, total: number): Promise<string> {
  const contactId = randomUUID();
  const cause = { causationId: randomUUID(), correlationId: randomUUID() };
  const create = { type: 'contact.create', data: { contactId, projectId, tenantId, name: 'Ana' } } as const;
  let { sequence } = await inTenant(database.pool, tenantId, (tx) =>
    execute(database, tx, aggregates.contact, contactId, create, cause),
  );
  for (let n = 0; sequence < total; n += 1) {
    const tag = { tag: `tag-${n}` };
    // Three events a turn: two of the name, one of a tag, which comes and goes.
    const commands = Array.from({ length: Math.floor(bit / 3) }, (_, index) => [
      { type: 'contact.update', data: { name: `Ana ${n} ${index}` } } as const,
      { type: index % 2 === 0 ? 'contact.add_tag' : 'contact.remove_tag', data: tag } as const,
    ]).flat();
    const results = await inTenant(database.pool, tenantId, (tx) =>
      executeMany(
        database,
        tx,
        aggregates.contact,
        commands.map((command) => ({ id: contactId, command })),
        cause,
      ),
    );
    sequence = results.at(-1)?.sequence ?? sequence;
    if (n % 20 === 0) bench.say(`${sequence.toLocaleString('en')} events written`);
  }
  return contactId;
}

function report(samples: Samples, total: number): PartResult {
  const figure = (name: string) => rounding(samples.median(name) ?? Number.NaN);
  const row = (title: string, way: string) => [
    title,
    figure(`${way} read`),
    figure(`${way} p50`),
    figure(`${way} p99`),
  ];
  const events = total.toLocaleString('en');
  return {
    title: 'Replays of one aggregate',
    samples: samples.all(),
    tables: [
      {
        title: `A contact with ${events} events`,
        head: ['replay', 'events read', 'p50, ms', 'p99, ms'],
        rows: [
          row('to now, from the last snapshot', 'snapshot'),
          row('to a moment in the middle, from the snapshot before it', 'middle'),
          row('to now, every event', 'whole'),
        ],
        note: `A snapshot every ${bit} events. One event of three carries a name, sealed; in one process, the keys known.`,
      },
    ],
    targets: [
      atMost(`replay of ${events} events from a snapshot, ms (p50)`, 10, samples.median('snapshot p50')),
      atMost(`replay of ${events} events to a moment in the middle, ms (p50)`, 10, samples.median('middle p50')),
    ],
    charts: [],
  };
}
