// The workflow of a waiting automation on a server that skips time: it looks when its time is over, when it is told, and in between; its history stays short.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { TendedWait } from '../../activities/automation-waits/wait-activities.ts';
import { sagaSignals, waitNewsSignal, workflowNames } from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { resultOf } from '../support/histories/way.ts';
import { openSkippedTime, type SkippedTime } from '../support/skipped-time.ts';
import { untilStuck } from '../support/stuck-run.ts';
import { trouble } from '../support/switchboard.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
let time: SkippedTime;
before(async () => {
  time = await openSkippedTime();
});
after(() => time.close());

/** A waiting that is due so long after its begin; the test may move that, or break the looking. */
async function wait(afterMs: number) {
  const since = await time.now();
  const model = { afterMs, isOver: false, isBroken: false, looks: 0, firedAfterMs: -1, given: '' };
  const input = { tenantId: 't', automationId: randomUUID(), eventId: randomUUID(), correlationId: randomUUID() };
  const handle = await time.start(workflowNames.automationWait, input, {
    async tendAutomationWait(): Promise<TendedWait> {
      model.looks += 1;
      if (model.isBroken) throw trouble();
      if (model.isOver) return { dueInMs: null };
      const passedMs = (await time.now()) - since;
      if (passedMs < model.afterMs) return { dueInMs: model.afterMs - passedMs };
      model.firedAfterMs = passedMs;
      return { dueInMs: null };
    },
    giveUpAutomationWait: async (_: object, { state, reason }: { state: string; reason: string }) => {
      model.given = `${state} ${reason}`;
    },
  });
  return { model, handle };
}

for (const [name, afterMs, looks] of [
  ['a minute', minute, 2],
  ['a day', day, 60],
  ['a year', 365 * day, 190],
] as const)
  test(`${name}: fires when it is over, and its history stays short`, async () => {
    const { model, handle } = await wait(afterMs);
    assert.equal(await resultOf(handle), 'completed');
    assert.ok(model.firedAfterMs >= afterMs && model.firedAfterMs < afterMs + 5_000, `after ${model.firedAfterMs} ms`);
    const { historyLength } = await handle.describe();
    assert.ok(model.looks <= looks && historyLength < 12 * looks, `${model.looks} looks, ${historyLength} events`);
  });

test('what it is told it looks at, at once; what it is not told it finds out within a quarter of an hour near the end', async () => {
  const told = await wait(10 * day);
  await eventually(() => told.model.looks === 1);
  const before = await time.now();
  told.model.isOver = true;
  await told.handle.signal(waitNewsSignal);
  await eventually(() => told.model.looks === 2);
  assert.ok((await time.now()) - before < minute, 'it was the clock that made it look');
  assert.equal(await resultOf(told.handle), 'completed');
  assert.equal(told.model.looks, 2);
  const untold = await wait(120 * minute);
  await eventually(() => untold.model.looks === 1);
  untold.model.afterMs = minute;
  assert.equal(await resultOf(untold.handle), 'completed');
  assert.ok(untold.model.firedAfterMs <= 16 * minute, `after ${untold.model.firedAfterMs} ms`);
});

test('moved on, it waits longer', async () => {
  const { model, handle } = await wait(30 * minute);
  await eventually(() => model.looks === 1);
  model.afterMs = 3 * 60 * minute;
  await handle.signal(waitNewsSignal);
  assert.equal(await resultOf(handle), 'completed');
  assert.ok(model.firedAfterMs >= 3 * 60 * minute);
});

test('cancelled, aborted, or out of time while it can not be looked after: nothing fires, and why is written down', async () => {
  const cancelled = await wait(day);
  await eventually(() => cancelled.model.looks === 1);
  await cancelled.handle.cancel();
  await resultOf(cancelled.handle);
  const aborted = await wait(day);
  await eventually(() => aborted.model.looks === 1);
  await aborted.handle.signal(sagaSignals.abort);
  assert.match(await resultOf(aborted.handle), /AutomationWait was failed: aborted/);
  assert.deepEqual([cancelled.model.given, aborted.model.given], ['failed cancelled', 'failed aborted']);
  assert.deepEqual([cancelled.model.firedAfterMs, aborted.model.firedAfterMs], [-1, -1]);
});

test('stuck when it can not be looked after; a retry goes on, an abort ends it', async () => {
  for (const given of ['retry', 'abort'] as const) {
    const { model, handle } = await wait(minute);
    model.isBroken = true;
    assert.deepEqual((await untilStuck({ handle })).signals, ['retry', 'abort', 'pause']);
    model.isBroken = false;
    await handle.signal(sagaSignals[given]);
    assert.equal((await resultOf(handle)) === 'completed', given === 'retry');
    assert.equal(model.given, given === 'retry' ? '' : 'failed aborted');
  }
});
