// Sagas that go back, come late, are run again or are cancelled: nothing that was given up takes effect, and no undo is given up.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { after, before, test } from 'node:test';
import { sagaSignals } from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { workflowHasHeard } from '../support/heard.ts';
import { file, gatewayMessage } from '../support/messages.ts';
import { openProduct, type Product } from '../support/product.ts';
import type { SagaRun } from '../support/shop.ts';
import { startStuck, statusOf, untilStuck } from '../support/stuck-run.ts';
import { createSwitchboard, fails, failsForGood, gate, losesAnswer } from '../support/switchboard.ts';
import { assertNoGaps, logOf, pictureOf, tracesOf } from '../support/world.ts';

let product: Product;
const switchboard = createSwitchboard();
const oneByOne = { taskQueue: `one-by-one-${process.pid}` };
before(async () => {
  product = await openProduct('undo');
  // The way of all messages, all steps in one commit, but for the faults that a test puts in.
  await product.startWorker((_oneByOne, activities) => switchboard.wrap(activities));
  await product.startWorker(switchboard.wrap, {}, { TEMPORAL_TASK_QUEUE: oneByOne.taskQueue });
});
after(() => product.close());

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
    const run = shop.sagaOf(await shop.store(gatewayMessage({ body: null, payload: file('image/jpeg') })));
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
  await untilStuck(run);
  const now = await statusOf(run);
  assert.deepEqual([now.step, now.signals, now.undosOpen.slice(0, 1)], ['message', ['retry', 'skip'], ['message']]);
  assert.deepEqual([now.lastError?.code, now.lastError?.step], ['internal', 'message']);
  const traces = await eventually(async () => {
    const found = await tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
    return found?.state === 'stuck' && found;
  });
  assert.deepEqual([traces.step, traces.isEnded], ['undo:message', false]);
  // Neither an abort nor anything else but its two signals moves it.
  await run.handle.signal(sagaSignals.abort);
  assert.equal((await statusOf(run)).state, 'stuck');
  switchboard.clear(run.workflowId, 'undoStoreMessage');
  await run.handle.signal(sagaSignals.retry);
  assert.match(await run.result(), /compensated: aborted/);
  assert.deepEqual(await pictureOf(product.database, shop), before);
});

test('an undo that an operator skips: the rest is undone, and the reason says what was left', async () => {
  const { shop, run } = await startAborting(fails());
  await untilStuck(run);
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
  const run = await startStuck(shop, switchboard, gatewayMessage());
  switchboard.put(run.workflowId, 'undoStoreMessage', fault);
  await run.handle.signal(sagaSignals.abort);
  return { shop, run, before };
}
