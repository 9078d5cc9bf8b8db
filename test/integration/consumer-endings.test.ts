// What can not go on is ended by an operator, on real servers: a rebuild that has begun, a consumer that no process runs any more.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { holdForRebuild } from '../../db/consumer-controls.ts';
import { abandonRequest, cancelRequest, listRequests, requestReplay } from '../../db/consumer-requests.ts';
import { requestRebuild } from '../../db/rebuild-request.ts';
import { retireConsumer } from '../../db/retire-consumer.ts';
import { inSystem, type Tx } from '../../db/transaction.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import { testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { history, type OperatedWorld, openOperatedWorld } from '../support/operated-world.ts';

let world: OperatedWorld;
before(async () => {
  world = await openOperatedWorld('consumer_endings');
});
afterEach(() => world.still());
after(() => world.close());

const ordered = (name: string): ConsumerRow => testRow(name, { aggregates: ['message'] });
const system = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inSystem(world.systemPool, work);

test('a rebuild that has begun is given up with a note: it has failed, and its consumer is kept still no more', async () => {
  const row = ordered('given_up');
  const stop = world.operate(row);
  await eventually(() => world.isKnown(row));
  await stop();
  const id = randomUUID();
  await system((tx) => requestRebuild(tx, { id, consumer: row.name, acceptGap: false }, { dryRun: false }));
  const giveUp = (note: string) => system((tx) => abandonRequest(tx, id, note));
  await assert.rejects(giveUp('too early'), /is waiting: cancel it without force/);
  await world.asAdmin("update consumer_requests set state = 'clearing' where id = $1", [id]);
  await system((tx) => holdForRebuild(tx, row.name, id));
  await assert.rejects(
    system((tx) => cancelRequest(tx, id)),
    /Force it/,
  );
  await assert.rejects(giveUp(' '), /note of 1 to 500/);
  await giveUp('its code is gone');
  const [request] = await system((tx) => listRequests(tx, { id }));
  assert.deepEqual([request?.state, request?.lastError], ['failed', 'given up: its code is gone']);
  assert.notEqual(request?.endedAt, null);
  assert.equal((await world.seen(row)).paused, null);
  await system((tx) =>
    requestRebuild(tx, { id: randomUUID(), consumer: row.name, acceptGap: false }, { dryRun: true }),
  );
});

test('a consumer is forgotten once no process runs it, with all that waited for it', async () => {
  const row = ordered('retired');
  const stop = world.operate(row);
  await eventually(async () => (await world.isKnown(row)) && (await world.seen(row)).queueUnknown !== null);
  const retire = (dryRun: boolean) => system((tx) => retireConsumer(tx, row.name, { now: new Date(), dryRun }));
  await eventually(() =>
    retire(true).then(
      () => false,
      (error: Error) => /still runs retired/.test(error.message),
    ),
  );
  await stop();
  await world.asAdmin("update consumer_status set looked_at = now() - interval '2 minutes' where consumer_name = $1", [
    row.name,
  ]);
  const aggregateId = randomUUID();
  const [eventId] = await world.happen(history(1, aggregateId), { publish: false });
  await world.asAdmin(
    `insert into parked_events (consumer_name, aggregate_id, sequence, tenant_id, event_id, skip, envelope) values ($1, $2, 2, 't', $3, false, '{}')`,
    [row.name, aggregateId, eventId],
  );
  const id = randomUUID();
  await system((tx) => requestReplay(tx, { id, consumer: row.name, tenantId: null }, { dryRun: false }));
  assert.deepEqual(await retire(true), { dead: 0, parked: 1, waiting: 0 });
  assert.equal(await world.isKnown(row), true);
  await retire(false);
  assert.equal(await world.isKnown(row), false);
  for (const table of ['parked_events', 'consumer_starts', 'consumer_positions', 'consumer_status'])
    assert.equal(await world.count(`${table} where consumer_name = $1`, [row.name]), 0, table);
  assert.equal((await system((tx) => listRequests(tx, { id })))[0]?.state, 'failed');
});
