// Sagas of one person or one group at the same time: they share what they make, keep their order, and go back without taking it from each other.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { after, before, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { execute } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import { type SagaStatus, sagaSignals, statusQuery } from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { workflowHasHeard } from '../support/heard.ts';
import { file, gatewayMessage } from '../support/messages.ts';
import { openProduct, type Product } from '../support/product.ts';
import type { SagaRun, Shop } from '../support/shop.ts';
import { createSwitchboard, fails, failsForGood, gate, losesAnswer } from '../support/switchboard.ts';
import { assertNoGaps, logOf, pictureOf, tracesOf } from '../support/world.ts';

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
const status = (run: SagaRun) => run.handle.query<SagaStatus>(statusQuery);

/** Starts the saga and lets it get stuck after its message is stored. */
async function startStuck(shop: Shop, body: object): Promise<SagaRun> {
  const run = shop.sagaOf(await shop.store(body));
  switchboard.put(run.workflowId, 'recordMessage', fails());
  await shop.startSaga(run.raw);
  await eventually(async () => (await status(run)).state === 'stuck', { timeoutMs: 30_000 });
  return run;
}

const forms = {
  'a contact': () => gatewayMessage({ body: null, payload: file('image/jpeg') }),
  'a group': () => gatewayMessage({ from: group, payload: { participant: '5511987650111@c.us' } }),
};

for (const [what, body] of Object.entries(forms)) {
  test(`two messages of ${what}: the one whose saga made everything goes back, the other completes and keeps it`, async () => {
    const shop = await product.openShop(oneByOne);
    const maker = await startStuck(shop, body());
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
    const maker = await startStuck(shop, body());
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
      const maker = await startStuck(shop, body());
      const user = await startStuck(shop, body());
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
  const run = await startStuck(shop, gatewayMessage());
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
  const run = await startStuck(shop, gatewayMessage());
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

test('a compensated run can be run again: another workflow, another correlation, the same message', async () => {
  const shop = await product.openShop(oneByOne);
  const first = shop.sagaOf(await shop.store(gatewayMessage({ body: 'Oi de novo' })));
  switchboard.put(first.workflowId, 'recordMessage', failsForGood);
  assert.match(await shop.runSaga(first.raw), /compensated: rule_violated/);
  const second = shop.sagaOf(first.raw, 2);
  assert.notEqual(second.workflowId, first.workflowId);
  assert.notEqual(second.correlationId, first.correlationId);
  assert.equal(await shop.runSaga(first.raw, { runNumber: 2 }), 'completed');
  const { message, contact } = await pictureOf(product.database, shop);
  assert.deepEqual(
    [message.length, message[0]?.body, contact.length, contact[0]?.interactionCount],
    [1, 'Oi de novo', 1, 1],
  );
  const traces = async (run: SagaRun) =>
    tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
  assert.deepEqual(
    [(await traces(first))?.state, (await traces(second))?.state, (await traces(second))?.rawStatus],
    ['compensated', 'completed', 'processed'],
  );
  assertNoGaps(await logOf(product.database, shop));
});

test('a first run that is started again is refused', async () => {
  const shop = await product.openShop();
  const raw = await shop.store(gatewayMessage());
  for (let times = 0; times < 3; times += 1) assert.equal(await shop.runSaga(raw), 'completed');
  assert.equal((await pictureOf(product.database, shop)).message.length, 1);
});

test('all steps in one commit: the answer is lost once, or for good', async () => {
  for (const isLost of [(attempt: number) => attempt === 1, () => true]) {
    const shop = await product.openShop();
    const run = shop.sagaOf(await shop.store(gatewayMessage()));
    switchboard.put(run.workflowId, 'processInboundTogether', losesAnswer(isLost));
    assert.equal(await shop.runSaga(run.raw), 'completed');
    const { message, contact } = await pictureOf(product.database, shop);
    assert.deepEqual([message.length, contact[0]?.interactionCount], [1, 1]);
    assertNoGaps(await logOf(product.database, shop));
  }
});

for (const where of ['before', 'after'] as const) {
  test(`all steps in one commit: cancelled ${where} it took effect`, async () => {
    const shop = await product.openShop();
    const run = shop.sagaOf(await shop.store(gatewayMessage()));
    const stand = gate(where);
    switchboard.put(run.workflowId, 'processInboundTogether', stand.fault);
    await shop.startSaga(run.raw);
    await stand.reached;
    await run.handle.cancel();
    stand.open();
    // Begun is done: it completes, and says so.
    assert.equal(await run.result(), 'completed');
    const traces = await tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
    assert.deepEqual(
      [traces?.state, traces?.rawStatus, (await run.handle.describe()).status.name],
      ['completed', 'processed', 'COMPLETED'],
    );
    assert.equal((await pictureOf(product.database, shop)).message.length, 1);
  });
}

test('all steps in one commit, late: a worker that was thought dead can not bring back what was given up', async () => {
  const shop = await product.openShop();
  const run = shop.sagaOf(await shop.store(gatewayMessage()));
  let late = async (): Promise<unknown> => undefined;
  switchboard.put(run.workflowId, 'processInboundTogether', async (call) => {
    const inItsContext = AsyncLocalStorage.snapshot();
    late = () => inItsContext(call);
    return null;
  });
  switchboard.put(run.workflowId, 'validateInbound', failsForGood);
  assert.match(await shop.runSaga(run.raw), /failed: rule_violated/);
  await assert.rejects(late(), { code: 'precondition_failed' });
  assert.deepEqual((await pictureOf(product.database, shop)).message, []);
  const traces = await tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
  assert.deepEqual([traces?.state, traces?.rawStatus, traces?.steps], ['failed', 'failed', []]);
});

test('cancelled while a step runs: it is waited for, nothing is undone meanwhile', async () => {
  const shop = await product.openShop(oneByOne);
  const run = shop.sagaOf(await shop.store(gatewayMessage()));
  const stand = gate('before');
  switchboard.put(run.workflowId, 'storeMessage', stand.fault);
  await shop.startSaga(run.raw, { workflowTaskTimeout: '2s' });
  await stand.reached;
  await run.handle.cancel();
  // The second task since shows that the first one has done all it wanted to do.
  await workflowHasHeard(run, 2);
  assert.deepEqual(switchboard.running(run.workflowId), ['storeMessage']);
  assert.equal(switchboard.calls(run.workflowId).at(-1), 'storeMessage');
  stand.open();
  await run.result();
  const { contact, message } = await pictureOf(product.database, shop);
  assert.deepEqual([contact, message], [[], []]);
});

const stepActivities = [
  'validateInbound',
  'findOrCreateContact',
  'findOrStartSession',
  'storeMessage',
  'recordMessage',
  'requestEnrichment',
  'finishInbound',
];

for (const activity of stepActivities) {
  test(`${activity}, late: it takes no effect once its saga went back`, async () => {
    const shop = await product.openShop(oneByOne);
    const before = await pictureOf(product.database, shop);
    const run = shop.sagaOf(await shop.store(forms['a contact']()));
    let late = async (): Promise<unknown> => undefined;
    switchboard.put(run.workflowId, activity, (call) => {
      const inItsContext = AsyncLocalStorage.snapshot();
      late = () => inItsContext(call);
      return failsForGood(call, 1);
    });
    // It comes while the first undo is under way, and again when all is over.
    const stand = gate('before');
    switchboard.put(run.workflowId, 'undoFindOrCreateContact', stand.fault);
    await shop.startSaga(run.raw);
    if (activity !== 'validateInbound') {
      await stand.reached;
      await assert.rejects(late(), { code: 'precondition_failed' });
      stand.open();
    }
    assert.match(await run.result(), /rule_violated/);
    const after = await tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
    await assert.rejects(late(), { code: 'precondition_failed' });
    assert.deepEqual(await pictureOf(product.database, shop), before);
    const traces = await tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
    assert.deepEqual(traces, after);
    assert.ok(traces?.state === 'compensated' || activity === 'validateInbound');
  });
}

test('cancelled before its first step', async () => {
  const taskQueue = `late-${process.pid}`;
  const shop = await product.openShop({ taskQueue });
  const run = await shop.startSaga(await shop.store(gatewayMessage()));
  await run.handle.cancel();
  await product.startWorker(undefined, {}, { TEMPORAL_TASK_QUEUE: taskQueue });
  await run.result();
  const traces = await tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
  assert.deepEqual(
    [traces?.state, traces?.reason, traces?.rawStatus, traces?.isEnded, traces?.steps],
    ['failed', 'cancelled', 'failed', true, []],
  );
  assert.equal((await run.handle.describe()).status.name, 'CANCELLED');
  const { contact, message } = await pictureOf(product.database, shop);
  assert.deepEqual([contact, message], [[], []]);
});

test('an undo that fails some times works in the end', async () => {
  const { shop, run, before } = await startAborting(fails((attempt) => attempt < 4));
  assert.match(await run.result(), /compensated: aborted/);
  assert.deepEqual(await pictureOf(product.database, shop), before);
});

test('an undo that fails for ever is stuck and shown, also in a saga that was aborted, and goes on when the cause is gone', async () => {
  const { shop, run, before } = await startAborting(fails());
  await eventually(async () => (await status(run)).state === 'stuck', { timeoutMs: 30_000 });
  const now = await status(run);
  assert.deepEqual([now.step, now.signals, now.undosOpen.slice(0, 1)], ['message', ['retry', 'skip'], ['message']]);
  assert.deepEqual([now.lastError?.code, now.lastError?.step], ['internal', 'message']);
  const traces = await eventually(async () => {
    const found = await tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
    return found?.state === 'stuck' && found;
  });
  assert.deepEqual([traces.step, traces.isEnded], ['undo:message', false]);
  // Neither an abort nor anything else but its two signals moves it.
  await run.handle.signal(sagaSignals.abort);
  assert.equal((await status(run)).state, 'stuck');
  switchboard.clear(run.workflowId, 'undoStoreMessage');
  await run.handle.signal(sagaSignals.retry);
  assert.match(await run.result(), /compensated: aborted/);
  assert.deepEqual(await pictureOf(product.database, shop), before);
});

test('an undo that an operator skips: the rest is undone, and the reason says what was left', async () => {
  const { shop, run } = await startAborting(fails());
  await eventually(async () => (await status(run)).state === 'stuck', { timeoutMs: 30_000 });
  await run.handle.signal(sagaSignals.skip);
  assert.match(await run.result(), /compensated: aborted \(not undone: message\)/);
  const traces = await tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
  assert.deepEqual(
    traces?.steps
      .filter(({ number }) => number === 4)
      .map(({ step, state }) => [step, state])
      .sort(),
    [
      ['message', 'done'],
      ['undo:message', 'skipped'],
    ],
  );
  const { message, contact } = await pictureOf(product.database, shop);
  assert.deepEqual([message.length, contact.length], [1, 1]);
});

/** A saga that was aborted while stuck, and whose undo of the message has this fault. */
async function startAborting(fault: ReturnType<typeof fails>) {
  const shop = await product.openShop(oneByOne);
  const before = await pictureOf(product.database, shop);
  const run = await startStuck(shop, gatewayMessage());
  switchboard.put(run.workflowId, 'undoStoreMessage', fault);
  await run.handle.signal(sagaSignals.abort);
  return { shop, run, before };
}

test('nothing of one tenant is seen by another', async () => {
  const [one, other] = [await product.openShop(), await product.openShop()];
  await one.runSaga(await one.store(gatewayMessage()));
  await other.runSaga(await other.store(gatewayMessage()));
  const { rows } = await inTenant(product.database.pool, one.tenantId, (tx) =>
    tx.query<{ tenants: number }>('select count(distinct tenant_id)::int as tenants from messages', []),
  );
  assert.equal(rows[0]?.tenants, 1);
});
