// What the log has no more: a rebuild leaves alone what it could not bring back, and says how much that is; a discarded letter still frees its aggregate.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { type ConsumerRequest, listRequests } from '../../db/consumer-requests.ts';
import { discardLetter, redriveLetters } from '../../db/dead-letters.ts';
import { countFailure } from '../../db/processed-events.ts';
import { requestRebuild } from '../../db/rebuild-request.ts';
import { inSystem, inTenant, type Tx } from '../../db/transaction.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import { effectConsumer, effectsOf, testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { history, type OperatedWorld, openOperatedWorld } from '../support/operated-world.ts';

let world: OperatedWorld;
before(async () => {
  world = await openOperatedWorld('consumer_gaps');
});
afterEach(async () => {
  await world.still();
  await world.asAdmin('truncate outbox_events');
});
after(() => world.close());

const system = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inSystem(world.systemPool, work);
const claims = ({ name }: ConsumerRow) => world.count('processed_events where consumer_name = $1', [name]);
const isDescribed = ({ name }: ConsumerRow) =>
  eventually(async () => (await world.count('consumer_status where consumer_name = $1', [name])) === 1);
const effectIds = async ({ name }: ConsumerRow) =>
  (await effectsOf(world.systemPool, name)).map(({ event_id }) => event_id).sort();
/** What a dropped month takes with it. */
const drop = (id: string | undefined) => world.asAdmin('delete from outbox_events where event_id = $1', [id]);

const ask = async (row: ConsumerRow, more: { acceptGap?: boolean; dryRun?: boolean } = {}) => {
  const { acceptGap = false, dryRun = false } = more;
  const id = randomUUID();
  return {
    id,
    ...(await system((tx) => requestRebuild(tx, { id, consumer: row.name, acceptGap }, { dryRun }))),
  };
};
async function rebuilt(id: string): Promise<ConsumerRequest> {
  return eventually(
    async () => {
      const [request] = await system((tx) => listRequests(tx, { id }));
      return request?.endedAt ? request : undefined;
    },
    { timeoutMs: 30_000 },
  );
}

describe('a rebuild of what the log has in part', () => {
  test('unordered: also after one rebuild it knows what is gone, and refuses', async () => {
    const row = testRow('gap_unordered', { types: ['message.#'] });
    await world.consume(effectConsumer(row));
    world.operate(row);
    const [old] = await world.happen(history(1));
    await world.happen(history(2));
    await eventually(async () => (await claims(row)) === 3);
    await isDescribed(row);
    const before = await effectIds(row);
    // From here on every claim is younger than the log.
    await rebuilt((await ask(row)).id);
    await drop(old);
    assert.equal((await ask(row, { dryRun: true })).lost, 1);
    await assert.rejects(ask(row), /would be lost/);
    // Gone while the rebuild waits for its turn: what can't come again stays.
    await world.asAdmin('update outbox_events set event_id = $1 where event_id = $2', [
      old,
      (await world.happen(history(1), { publish: false }))[0],
    ]);
    await world.still();
    await world.consume(effectConsumer(row));
    const { id, lost } = await ask(row);
    assert.equal(lost, 0);
    await drop(old);
    world.operate(row);
    await rebuilt(id);
    assert.deepEqual(await effectIds(row), before);
    await rebuilt((await ask(row, { acceptGap: true })).id);
    assert.deepEqual(
      await effectIds(row),
      before.filter((one) => one !== old),
    );
  });

  test('ordered: an aggregate whose beginning is gone counts as lost when its claims are forgotten too, and stays', async () => {
    const row = testRow('gap_ordered', { aggregates: ['message'] });
    await world.consume(effectConsumer(row));
    world.operate(row);
    const [whole, cut, gone] = [history(2), history(3), history(1)];
    await world.happen(whole);
    const [first] = await world.happen(cut);
    const [only] = await world.happen(gone);
    await eventually(async () => (await claims(row)) === 6);
    await isDescribed(row);
    const before = await effectIds(row);
    await world.still();
    await world.consume(effectConsumer(row));
    const { id, lost } = await ask(row);
    assert.equal(lost, 0);
    await drop(first);
    await drop(only);
    await world.asAdmin('delete from processed_events where event_id = any($1::uuid[])', [[first, only]]);
    world.operate(row);
    await rebuilt(id);
    assert.deepEqual(await effectIds(row), before);
    assert.equal((await ask(row, { dryRun: true })).lost, 2);
    await assert.rejects(ask(row), /would be lost/);
    // They go on where they were.
    await world.happen([{ aggregateId: cut[0]?.aggregateId ?? '', sequence: 4 }]);
    await eventually(async () => (await effectIds(row)).length === 7);
  });
});

describe('a dead letter', () => {
  const dead = ({ name }: ConsumerRow) =>
    world.count('consumer_failures where consumer_name = $1 and dead_at is not null', [name]);
  const parked = ({ name }: ConsumerRow) => world.count('parked_events where consumer_name = $1', [name]);

  for (const who of ['the tenant', 'the installation'])
    test(`that the log has no more, discarded by ${who}: its aggregate goes on, with what is parked and with what comes`, async () => {
      const row = testRow(`gone_for_${who.slice(4)}`, { aggregates: ['message'] });
      const fails = ({ sequence }: { sequence: number }): void => {
        if (sequence === 2) throw new Error('no');
      };
      await world.consume(effectConsumer(row, fails));
      world.operate(row);
      const events = history(4);
      const [, id = ''] = await world.happen(events);
      await eventually(async () => (await dead(row)) === 1 && (await parked(row)) === 2);
      await drop(id);
      const discard = (tx: Tx) => discardLetter(tx, row.name, id, 'gone');
      await (who === 'the tenant' ? inTenant(world.pool, 't', discard) : system(discard));
      await eventually(async () => (await parked(row)) === 0);
      await world.happen([{ aggregateId: events[0]?.aggregateId ?? '', sequence: 5 }]);
      await eventually(async () => (await effectIds(row)).length === 4);
      assert.deepEqual(
        (await effectsOf(world.systemPool, row.name)).map(({ sequence }) => sequence),
        [1, 3, 4, 5],
      );
    });

  test('that is redriven has its patience again: an outage costs it no attempt', async () => {
    const [eventId = ''] = await world.happen(history(1), { publish: false });
    await world.asAdmin(
      `insert into consumer_failures (consumer_name, event_id, tenant_id, event_type, aggregate_id, attempts, last_error, first_failed_at, dead_at)
       values ('patient', $1, 't', 'message.sent', gen_random_uuid(), 5, 'no', now() - interval '1 hour', now())`,
      [eventId],
    );
    await system((tx) => redriveLetters(tx, { consumer: 'patient' }, { dryRun: false }));
    const attempt = { consumer: 'patient', eventId, type: 'message.sent', aggregateId: randomUUID() };
    const outage = { reason: 'unavailable', counted: false, delays: [10], patienceMs: 900_000 };
    assert.equal(await inTenant(world.pool, 't', (tx) => countFailure(tx, { ...attempt, ...outage })), 0);
  });
});
