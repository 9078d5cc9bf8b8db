// How far a consumer has got with the log: a mark that moves over what is done with, and never over what may still commit.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { consumerOverview } from '../../db/consumer-overview.ts';
import { advanceMark, moveHorizon } from '../../db/consumer-progress.ts';
import { inSystem, type Tx } from '../../db/transaction.ts';
import { testRow, writeLate } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { history, type OperatedWorld, openOperatedWorld } from '../support/operated-world.ts';

let world: OperatedWorld;
before(async () => {
  world = await openOperatedWorld('consumer_progress');
});
after(() => world.close());

const row = testRow('marked', { types: ['message.#'] });
const system = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inSystem(world.systemPool, work);
const seen = ({ name }: { name: string }) => system((tx) => consumerOverview(tx, new Date(), name));

test('the mark moves over what is done with, and never over what is open or may still commit', async () => {
  const stop = world.operate(row);
  await eventually(async () => (await world.count('consumer_status where consumer_name = $1', [row.name])) === 1);
  await stop();
  const mark = async (): Promise<string | undefined> => {
    while (await system((tx) => advanceMark(tx, row.name)));
    const { rows } = await world.systemPool.query<{ event_id: string }>(
      `select (select event_id from outbox_events where id <= done_up_to order by id desc limit 1) from consumer_status where consumer_name = $1`,
      [row.name],
    );
    return rows[0]?.event_id ?? undefined;
  };
  const ids = await world.happen(history(4), { publish: false });
  const young = (await mark()) ?? '';
  assert.ok(!ids.includes(young), 'they may have neighbours that have not committed');
  const positionOf = async (id: string | undefined): Promise<number> => {
    const { rows } = await world.systemPool.query<{ id: number }>('select id from outbox_events where event_id = $1', [
      id,
    ]);
    return rows[0]?.id ?? Number.NaN;
  };
  const horizon = async (): Promise<number> => {
    await world.asAdmin("update log_horizon set drawn_at = drawn_at - interval '10 seconds'");
    await system(moveHorizon);
    return (
      (await world.systemPool.query<{ position: number }>('select position from log_horizon')).rows[0]?.position ?? 0
    );
  };
  const last = await positionOf(ids[3]);
  await eventually(async () => (await horizon()) >= last);
  await world.asAdmin("update outbox_events set created_at = created_at - interval '60 seconds'");
  assert.equal(await mark(), undefined, 'none has taken effect');
  const settle = (id: string | undefined) =>
    world.asAdmin("insert into processed_events (consumer_name, event_id, tenant_id) values ($1, $2, 't')", [
      row.name,
      id,
    ]);
  await settle(ids[0]);
  await settle(ids[1]);
  await settle(ids[3]);
  assert.equal(await mark(), ids[1]);
  const lag = (await seen(row)).lagSeconds;
  assert.ok(lag >= 60 && lag < 200, `${lag}`);
  await settle(ids[2]);
  assert.equal(await mark(), ids[3]);
  assert.equal((await seen(row)).lagSeconds, 0);
  // A position that was drawn and is not to be seen yet, and a younger event that is done with.
  const late = await writeLate(world.systemPool, { aggregateId: randomUUID(), sequence: 1 });
  const [younger] = await world.happen(history(1), { publish: false });
  await settle(younger);
  for (let looks = 0; looks < 5; looks += 1) assert.ok((await horizon()) < late.position);
  assert.equal(await mark(), ids[3]);
  await late.commit();
  const end = await positionOf(younger);
  await eventually(async () => (await horizon()) >= end);
  assert.equal(await mark(), ids[3], 'it is to be seen now, and is open');
  await settle(late.eventId);
  assert.equal(await mark(), younger);
});
