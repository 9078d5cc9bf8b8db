// Replays a contact with many events: with snapshots and without, to now and to a moment long past.
import { randomUUID } from 'node:crypto';
import { aggregates } from '../../../db/aggregates.ts';
import { readEvents } from '../../../db/event-store/read-events.ts';
import { type Replayed, type ReplayOptions, replay } from '../../../db/event-store/replay.ts';
import { execute } from '../../../db/execute.ts';
import { executeMany } from '../../../db/execute-many.ts';
import { inTenant } from '../../../db/transaction.ts';
import type { Contact } from '../../../domain/contact/state.ts';
import { createSamples, quantile } from '../report/samples.ts';
import { openShop, type Shop } from './command-api.ts';
import type { ShopOrder } from './shop-process.ts';

const runs = { snapshot: 200, whole: 7 };
/** An even number: tags that come go again. */
const turns = 6;
/** So many events lie between two snapshots. */
export const snapshotDistance = 50;

/** Measures. */
export async function measureReplaysOver(
  { place, sizes: { rounds, replayed: total } }: ShopOrder,
  say: (what: string) => void,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const samples = createSamples();
  const shop = await openShop(place);
  try {
    const id = await writeHistory(shop, total, say);
    const ways: Readonly<Record<string, readonly [number, ReplayOptions]>> = {
      snapshot: [runs.snapshot, {}],
      middle: [runs.snapshot, { moment: await momentOf(shop, id, Math.floor(total / 2)) }],
      whole: [runs.whole, { useSnapshots: false }],
    };
    // One more than is counted: the first finds cold code.
    for (let round = 0; round <= rounds; round += 1)
      for (const [way, [count, options]] of Object.entries(ways)) {
        say(`round ${round} of ${rounds}: ${way}`);
        const waits: number[] = [];
        let last: Replayed<Contact> | undefined;
        for (let n = 0; n < count; n += 1) {
          const startedAt = performance.now();
          last = await replayOnce(shop, id, options);
          waits.push(performance.now() - startedAt);
        }
        if (round === 0) continue;
        samples.add(`${way} p50`, quantile(waits, 0.5));
        samples.add(`${way} p99`, quantile(waits, 0.99));
        samples.add(`${way} read`, last?.read);
      }
  } finally {
    await shop.close();
  }
  return samples.all();
}

async function momentOf({ database, tenantId }: Shop, id: string, sequence: number): Promise<Date | undefined> {
  const range = { after: sequence - 1, upTo: sequence, limit: 1 };
  const [event] = await inTenant(database.pool, tenantId, (tx) =>
    readEvents(tx, database.keysOf(tx), { aggregateType: 'contact', id }, range),
  );
  return event?.occurredAt;
}

const replayOnce = ({ database, tenantId }: Shop, id: string, options: ReplayOptions) =>
  inTenant(database.pool, tenantId, (tx) => replay(database, tx, aggregates.contact, id, options));

/** Changes of a name, sealed, and of tags in turn, bit by bit as they would have come. */
async function writeHistory(
  { database, tenantId, projectId }: Shop,
  total: number,
  say: (what: string) => void,
): Promise<string> {
  const contactId = randomUUID();
  const cause = { causationId: randomUUID(), correlationId: randomUUID() };
  const create = { type: 'contact.create', data: { contactId, projectId, tenantId, name: 'Ana' } } as const;
  let { sequence } = await inTenant(database.pool, tenantId, (tx) =>
    execute(database, tx, aggregates.contact, contactId, create, cause),
  );
  // A few more than `total`: the last snapshot is not at the last event.
  for (let n = 0; sequence < total + turns * 3; n += 1) {
    const tag = { tag: `tag-${n}` };
    // Three events a turn: two of the name, one of a tag, which comes and goes.
    const commands = Array.from({ length: turns }, (_, index) => [
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
    if (n % 50 === 0) say(`${sequence.toLocaleString('en')} events written`);
  }
  return contactId;
}
