// Sagas of one person or one group at the same time: they share what they make, keep their order, and go back without taking it from each other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { execute } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import { sagaSignals } from '../../workflows/names.ts';
import { file, gatewayMessage } from '../support/messages.ts';
import { openProduct, type Product } from '../support/product.ts';
import type { SagaRun, Shop } from '../support/shop.ts';
import { startStuck } from '../support/stuck-run.ts';
import { createSwitchboard, gate } from '../support/switchboard.ts';
import { assertNoGaps, logOf, pictureOf } from '../support/world.ts';

let product: Product;
const switchboard = createSwitchboard();
const oneByOne = { taskQueue: `one-by-one-${process.pid}` };
before(async () => {
  product = await openProduct('concurrency');
  // The way of all messages, all steps in one commit, but for the faults that a test puts in.
  await product.startWorker((_oneByOne, activities) => switchboard.wrap(activities));
  await product.startWorker(switchboard.wrap, {}, { TEMPORAL_TASK_QUEUE: oneByOne.taskQueue });
});
after(() => product.close());

const group = '120363000000000301@g.us';

/** Ten bodies, stored one after the other; their sagas are started at once, the last stored first. */
async function tenAtOnce(shop: Shop, body: (index: number) => object): Promise<readonly SagaRun[]> {
  const raws = [];
  for (let index = 0; index < 10; index += 1) raws.push(await shop.store(body(index)));
  const runs = await Promise.all([...raws].reverse().map((raw) => shop.startSaga(raw)));
  assert.deepEqual(new Set(await Promise.all(runs.map((run) => run.result()))), new Set(['completed']));
  return runs.reverse();
}

/** The bodies of the messages by their place in the conversation, and by the moment their sagas committed. */
async function orders(
  shop: Shop,
): Promise<{ readonly inConversation: readonly string[]; readonly committed: readonly string[] }> {
  const { message } = await pictureOf(product.database, shop);
  const log = await logOf(product.database, shop);
  const position = (id: string) => log.find(({ aggregateId }) => aggregateId === id)?.position ?? 0;
  const by = (place: (message: { arrival: number | null; id: string }) => number): string[] =>
    [...message].sort((one, other) => place(one) - place(other)).map(({ body }) => body ?? '');
  return { inConversation: by(({ arrival }) => Number(arrival)), committed: by(({ id }) => position(id)) };
}

const said = (index: number): string => `message ${index}`;
const inOrder = Array.from({ length: 10 }, (_, index) => said(index));

for (const [mode, options] of [
  ['in one commit each', {}],
  ['step by step', oneByOne],
] as const) {
  test(`ten messages of one new contact at once, ${mode}: one contact, one chat, one session, ten messages in their order of arrival`, async () => {
    const shop = await product.openShop(options);
    await tenAtOnce(shop, (index) => gatewayMessage({ body: said(index) }));
    const world = await pictureOf(product.database, shop);
    assert.deepEqual(
      [world.contact, world.chat, world.session].map(({ length }) => length),
      [1, 1, 1],
    );
    assert.equal(world.message.length, 10);
    assert.deepEqual(
      [world.session[0]?.messageCount, world.session[0]?.contactMessageCount, world.contact[0]?.interactionCount],
      [10, 10, 10],
    );
    const { inConversation } = await orders(shop);
    assert.deepEqual(inConversation, inOrder);
    const times = world.message.map(({ sentAt }) => sentAt ?? '').sort();
    assert.deepEqual([world.session[0]?.firstMessageAt, world.session[0]?.lastMessageAt], [times[0], times[9]]);
    assertNoGaps(await logOf(product.database, shop));
  });

  test(`ten messages of one new group at once, ${mode}: one chat, five writers`, async () => {
    const shop = await product.openShop(options);
    const writer = (index: number) => ({ participant: `551198765010${index % 5}@c.us` });
    await tenAtOnce(shop, (index) => gatewayMessage({ from: group, body: said(index), payload: writer(index) }));
    const world = await pictureOf(product.database, shop);
    assert.deepEqual(
      [world.chat.length, world.contact.length, world.message.length, world.session.length],
      [1, 5, 10, 0],
    );
    assert.deepEqual(
      world.chat[0]?.participants.map(({ participantId }) => participantId).sort(),
      world.contact.map(({ id }) => id).sort(),
    );
    assert.deepEqual((await orders(shop)).inConversation, inOrder);
    assertNoGaps(await logOf(product.database, shop));
  });
}

test('the order of commits does not matter', async () => {
  const shop = await product.openShop(oneByOne);
  const [first, second] = [
    shop.sagaOf(await shop.store(gatewayMessage({ body: said(0) }))),
    shop.sagaOf(await shop.store(gatewayMessage({ body: said(1) }))),
  ];
  const stand = gate('before');
  switchboard.put(first.workflowId, 'storeMessage', stand.fault);
  await shop.startSaga(first.raw);
  await stand.reached;
  assert.equal(await shop.runSaga(second.raw), 'completed');
  stand.open();
  assert.equal(await first.result(), 'completed');
  const { inConversation, committed } = await orders(shop);
  assert.deepEqual(inConversation, [said(0), said(1)]);
  assert.deepEqual(committed, [said(1), said(0)]);
});

const byHand = () => ({ causationId: product.database.ids.next(), correlationId: product.database.ids.next() });
const forms = {
  'a contact': () => gatewayMessage({ body: null, payload: file('image/jpeg') }),
  'a group': () => gatewayMessage({ from: group, payload: { participant: '5511987650111@c.us' } }),
};

for (const [what, body] of Object.entries(forms)) {
  test(`two messages of ${what}: the one whose saga made everything goes back, the other completes and keeps it`, async () => {
    const shop = await product.openShop(oneByOne);
    const maker = await startStuck(shop, switchboard, body());
    const user = await shop.startSaga(await shop.store(body()));
    assert.equal(await user.result(), 'completed');
    const before = await pictureOf(product.database, shop);
    await maker.handle.signal(sagaSignals.abort);
    assert.match(await maker.result(), /compensated: aborted/);
    const after = await pictureOf(product.database, shop);
    assert.deepEqual(
      [after.contact, after.chat, after.session, after.identities],
      [before.contact, before.chat, before.session, before.identities],
    );
    assert.equal(after.message.length, 1);
    assert.equal(after.message[0]?.id, before.message.at(-1)?.id);
    assertNoGaps(await logOf(product.database, shop));
  });

  test(`two messages of ${what}: the saga that made everything goes back while the other is under way`, async () => {
    const shop = await product.openShop(oneByOne);
    const maker = await startStuck(shop, switchboard, body());
    const stand = gate('after');
    const user = shop.sagaOf(await shop.store(body()));
    switchboard.put(user.workflowId, 'findOrStartSession', stand.fault);
    await shop.startSaga(user.raw);
    await stand.reached;
    await maker.handle.signal(sagaSignals.abort);
    assert.match(await maker.result(), /compensated: aborted/);
    stand.open();
    assert.equal(await user.result(), 'completed');
    const { contact, chat, message } = await pictureOf(product.database, shop);
    assert.deepEqual([contact.length, chat.length, message.length, contact[0]?.interactionCount], [1, 1, 1, 1]);
    if (what === 'a group')
      assert.deepEqual(
        chat[0]?.participants.map(({ participantId }) => participantId),
        [contact[0]?.id],
      );
  });

  for (const order of ['the maker first', 'the maker last'] as const) {
    test(`two messages of ${what}: both go back, ${order}, and nothing is left`, async () => {
      const shop = await product.openShop(oneByOne);
      const before = await pictureOf(product.database, shop);
      const maker = await startStuck(shop, switchboard, body());
      const user = await startStuck(shop, switchboard, body());
      for (const run of order === 'the maker first' ? [maker, user] : [user, maker]) {
        await run.handle.signal(sagaSignals.abort);
        assert.match(await run.result(), /compensated: aborted/);
      }
      assert.deepEqual(await pictureOf(product.database, shop), before);
    });
  }
}

test('what a person did to a contact meanwhile is not taken away with the saga that made the contact', async () => {
  const shop = await product.openShop(oneByOne);
  const run = await startStuck(shop, switchboard, gatewayMessage());
  const contactId = (await pictureOf(product.database, shop)).contact[0]?.id ?? '';
  await inTenant(product.database.pool, shop.tenantId, (tx) =>
    execute(
      product.database,
      tx,
      aggregates.contact,
      contactId,
      { type: 'contact.add_tag', data: { tag: 'vip' } },
      byHand(),
    ),
  );
  await run.handle.signal(sagaSignals.abort);
  await run.result();
  const { contact, message } = await pictureOf(product.database, shop);
  assert.deepEqual([contact[0]?.tags, message.length], [['vip'], 0]);
});

test('a session that someone closed meanwhile, a contact that someone deleted: the undo finds nothing left to do', async () => {
  const shop = await product.openShop(oneByOne);
  const run = await startStuck(shop, switchboard, gatewayMessage());
  const { contact, session } = await pictureOf(product.database, shop);
  const close = { type: 'session.close', data: { reason: 'manual_close' } } as const;
  const remove = { type: 'contact.delete', data: {} } as const;
  await inTenant(product.database.pool, shop.tenantId, async (tx) => {
    await execute(product.database, tx, aggregates.session, session[0]?.id ?? '', close, byHand());
    await execute(product.database, tx, aggregates.contact, contact[0]?.id ?? '', remove, byHand());
  });
  await run.handle.signal(sagaSignals.abort);
  assert.match(await run.result(), /compensated: aborted/);
});

test('nothing of one tenant is seen by another', async () => {
  const [one, other] = [await product.openShop(), await product.openShop()];
  await one.runSaga(await one.store(gatewayMessage()));
  await other.runSaga(await other.store(gatewayMessage()));
  const { rows } = await inTenant(product.database.pool, one.tenantId, (tx) =>
    tx.query<{ tenants: number }>('select count(distinct tenant_id)::int as tenants from messages', []),
  );
  assert.equal(rows[0]?.tenants, 1);
});
