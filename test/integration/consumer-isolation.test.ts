// Operators' work on one consumer keeps none of the others: a queue that takes nothing, an event that can't be sent, a pause during a rebuild.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { pauseConsumer, pausedConsumers, resumeConsumer } from '../../db/consumer-controls.ts';
import { listRequests } from '../../db/consumer-requests.ts';
import { requestRebuild } from '../../db/rebuild-request.ts';
import { inSystem, type Tx } from '../../db/transaction.ts';
import { effectConsumer, effectsOf, testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { history, type OperatedWorld, openOperatedWorld } from '../support/operated-world.ts';

let world: OperatedWorld;
before(async () => {
  world = await openOperatedWorld('consumer_isolation');
});
afterEach(async () => {
  await world.still();
  await world.asAdmin('truncate outbox_events, consumer_resends');
});
after(() => world.close());

const system = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inSystem(world.systemPool, work);
const askAgain = (name: string, id: string | undefined) =>
  world.asAdmin(
    "insert into consumer_resends (consumer_name, event_id, tenant_id, skip, requested_at) values ($1, $2, 't', false, clock_timestamp())",
    [name, id],
  );

test('a consumer without a queue keeps no other from what was redriven, and its own stays asked for', async () => {
  const [gone, fine] = [testRow('a_no_queue', { types: ['contact.#'] }), testRow('b_fine', { types: ['message.#'] })];
  await world.consume(effectConsumer(fine));
  const [id] = await world.happen(history(1), { publish: false });
  for (const { name } of [gone, fine]) await askAgain(name, id);
  world.operate(gone, fine);
  await eventually(async () => (await effectsOf(world.systemPool, fine.name)).length === 1);
  await eventually(async () => (await world.count('consumer_resends')) === 1);
});

test('an event that can not be made a message keeps none that was asked for after it', async () => {
  const row = testRow('one_bad', { types: ['message.#'] });
  await world.consume(effectConsumer(row));
  const [bad, good] = await world.happen(history(2), { publish: false });
  await world.asAdmin("update outbox_events set metadata = 'null' where event_id = $1", [bad]);
  for (const id of [bad, good]) await askAgain(row.name, id);
  world.operate(row);
  await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 1);
  assert.equal(await world.count('consumer_resends where event_id = $1', [bad]), 1);
});

test('an operator’s pause during a rebuild outlives it, and ends when the operator says so', async () => {
  const row = testRow('mine', { types: ['message.#'] });
  await world.consume(effectConsumer(row));
  const stop = world.operate(row);
  await world.happen(history(3));
  await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 3);
  await eventually(async () => (await world.count('consumer_status where consumer_name = $1', [row.name])) === 1);
  await stop();
  const id = randomUUID();
  await system((tx) => requestRebuild(tx, { id, consumer: row.name, acceptGap: false }, { dryRun: false }));
  // The clearing waits for this claim.
  const { rows } = await world.systemPool.query<{ event_id: string }>('select event_id from processed_events limit 1');
  const claim = rows[0]?.event_id;
  await inSystem(world.systemPool, async (tx) => {
    await tx.query('delete from processed_events where event_id = $1', [claim]);
    await tx.query("insert into processed_events (consumer_name, event_id, tenant_id) values ($1, $2, 't')", [
      row.name,
      claim,
    ]);
    world.operate(row);
    await eventually(async () => (await system(pausedConsumers)).length === 1);
    assert.equal(await system((other) => pauseConsumer(other, row.name, 'broken: do not run')), true);
  });
  await eventually(async () => {
    const [request] = await system((tx) => listRequests(tx, { id }));
    return request?.state === 'settling';
  });
  assert.deepEqual(
    (await system(pausedConsumers)).map(({ note }) => note),
    ['broken: do not run'],
  );
  assert.equal(await system((tx) => resumeConsumer(tx, row.name)), true);
  await eventually(async () => (await effectsOf(world.systemPool, row.name)).length === 3, { timeoutMs: 30_000 });
});
