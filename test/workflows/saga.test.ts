// The saga framework's own branches, on a server that skips time: the time-out, what the status query says in every state, waiting and healing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { v4 } from 'uuid';
import type { SealedSaga } from '../../activities/saga-activities.ts';
import { createLogger } from '../../platform/log.ts';
import { dataConverter } from '../../platform/temporal.ts';
import { workflowBundlePath } from '../../workers/temporal/workflow-bundle.ts';
import {
  holdSignals,
  type InboundInput,
  type SagaStatus,
  sagaSignals,
  searchAttributes,
  statusQuery,
  workflowNames,
} from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { historyConfig as config } from '../support/history-config.ts';
import { inboundAnswers } from '../support/inbound-answers.ts';
import { installRuntime } from '../support/product.ts';

let environment: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;
const taskQueue = 'saga';

before(async () => {
  installRuntime(createLogger({ name: 'saga', level: config.LOG_LEVEL }));
  const path = process.env['TEST_TEMPORAL_TEST_SERVER'];
  assert.ok(path, 'TEST_TEMPORAL_TEST_SERVER is not set: run this file with `npm run test:one`.');
  environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
    client: { dataConverter: dataConverter(config) },
  });
  const keyword = 2;
  const names = Object.values(searchAttributes).map(({ name }) => [name, keyword]);
  const request = { namespace: 'default', searchAttributes: Object.fromEntries(names) };
  await environment.connection.operatorService.addSearchAttributes(request);
  worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: { codePath: await workflowBundlePath(config) },
    dataConverter: dataConverter(config),
    activities: fakes,
  });
  running = worker.run();
});
after(async () => {
  worker.shutdown();
  await running;
  await environment.teardown();
});

/** What the fakes of a saga's activities do, and what they were asked. */
type Script = {
  readonly fail: Map<string, () => Error | undefined>;
  readonly calls: string[];
  readonly outcomes: { state: string; reason: string; step: string | null }[];
  readonly notes: string[];
  readonly sealed: SealedSaga;
};
const scripts = new Map<string, Script>();

function scriptOf({ rawEventId }: InboundInput): Script {
  const script = scripts.get(rawEventId);
  assert.ok(script);
  return script;
}

const answers: Readonly<Record<string, unknown>> = { processInboundTogether: null, ...inboundAnswers };

// Undos and the framework's activities get no input: the last script is theirs, so that one test runs at a time.
let current: Script | undefined;
const play = (name: string, script = current): unknown => {
  assert.ok(script);
  script.calls.push(name);
  const error = script.fail.get(name)?.();
  if (error) throw error;
  return answers[name];
};
const fakes = {
  ...Object.fromEntries(
    [...Object.keys(answers), 'finishInbound'].map((name) => [
      name,
      async (input: InboundInput) => play(name, scriptOf(input)),
    ]),
  ),
  ...Object.fromEntries(
    [
      'undoFindOrCreateContact',
      'undoFindOrStartSession',
      'undoStoreMessage',
      'undoRecordMessage',
      'undoRequestEnrichment',
    ].map((name) => [name, async () => play(name)]),
  ),
  async settleInbound(input: InboundInput, outcome: Script['outcomes'][number]) {
    scriptOf(input).outcomes.push(outcome);
  },
  async noteSaga({ reason }: { reason: string }) {
    current?.notes.push(reason);
    return true;
  },
  sealSaga: async () => current?.sealed,
};

async function start(fail: Record<string, () => Error | undefined>, sealed: Partial<SealedSaga> = {}) {
  const input = { tenantId: 'tenant-a', rawEventId: v4(), channelId: v4(), correlationId: v4() };
  const script: Script = {
    fail: new Map(Object.entries(fail)),
    calls: [],
    outcomes: [],
    notes: [],
    sealed: { ended: null, reason: null, steps: [], ...sealed },
  };
  scripts.set(input.rawEventId, script);
  current = script;
  const handle = await environment.client.workflow.start(workflowNames.processInboundMessage, {
    taskQueue,
    workflowId: input.rawEventId,
    args: [input],
  });
  const status = () => handle.query<SagaStatus>(statusQuery);
  const isIn = (state: string) =>
    eventually(async () => {
      const now = await status();
      return now.state === state && now;
    });
  const result = () =>
    handle.result().then(
      () => 'completed',
      (error: Error & { cause?: Error }) => error.cause?.message ?? error.message,
    );
  const tookMs = async (): Promise<number> => {
    const { startTime, closeTime } = await handle.describe();
    return (closeTime?.getTime() ?? Number.NaN) - startTime.getTime();
  };
  return { script, handle, status, isIn, result, tookMs };
}

const trouble =
  (type = 'internal') =>
  () =>
    ApplicationFailure.create({ message: 'no', type, nextRetryDelay: '1 millisecond' });
const hour = 60 * 60 * 1_000;

test('a saga that is stuck for a day is compensated, with the reason timed_out', async () => {
  const { script, isIn, handle, result, status, tookMs } = await start({ recordMessage: trouble() });
  const stuck = await isIn('stuck');
  assert.equal(await result(), 'ProcessInboundMessage was compensated: timed_out');
  const took = await tookMs();
  assert.ok(took >= 24 * hour && took < 25 * hour);
  const untilDeadline = new Date(stuck.deadlineAt).getTime() - (await handle.describe()).startTime.getTime();
  assert.ok(untilDeadline >= 24 * hour && untilDeadline < 24 * hour + 10_000);
  assert.deepEqual(script.outcomes, [{ state: 'compensated', reason: 'timed_out', step: 'record' }]);
  assert.deepEqual(
    script.calls.filter((name) => name.startsWith('undo')),
    ['undoRecordMessage', 'undoStoreMessage', 'undoFindOrStartSession', 'undoFindOrCreateContact'],
  );
  assert.equal((await handle.describe()).status.name, 'FAILED');
  const { state, step, stepsDone, undosDone, undosOpen, signals, lastError } = await status();
  assert.deepEqual(
    { state, step, stepsDone, undosDone, undosOpen, signals, lastError },
    {
      state: 'compensated',
      step: 'record',
      stepsDone: ['validate', 'contact', 'session', 'message'],
      undosDone: ['record', 'message', 'session', 'contact'],
      undosOpen: [],
      signals: [],
      lastError: { code: 'internal', message: 'no', step: 'record' },
    },
  );
});

test('stuck says what it waits for; a signal that it does not wait for does nothing', async () => {
  let isBroken = true;
  const { script, isIn, handle, result, status } = await start({
    storeMessage: () => (isBroken ? trouble()() : undefined),
  });
  const { step, signals, stepsDone, undosOpen, lastError } = await isIn('stuck');
  assert.deepEqual(
    { step, signals, stepsDone, undosOpen, lastError },
    {
      step: 'message',
      signals: ['retry', 'abort', 'pause'],
      stepsDone: ['validate', 'contact', 'session'],
      undosOpen: ['message', 'session', 'contact'],
      lastError: { code: 'internal', message: 'no', step: 'message' },
    },
  );
  assert.deepEqual(script.notes, ['internal: no']);
  await handle.signal(sagaSignals.skip);
  assert.equal((await status()).state, 'stuck');
  isBroken = false;
  await handle.signal(sagaSignals.retry);
  assert.equal(await result(), 'completed');
  const { state, signals: after } = await status();
  assert.deepEqual([state, after], ['completed', []]);
});

/** Held before `record`: it was told to pause while it was stuck at the step before. */
async function pausedSaga() {
  let isBroken = true;
  const steps = ['validate', 'contact', 'session', 'message'].map((name, index) => ({ name, number: index + 1 }));
  const saga = await start({ storeMessage: () => (isBroken ? trouble()() : undefined) }, { steps });
  await saga.isIn('stuck');
  await saga.handle.signal(holdSignals.pause);
  isBroken = false;
  await saga.handle.signal(sagaSignals.retry);
  const { step, stepsDone, signals } = await saga.isIn('paused');
  assert.deepEqual([step, stepsDone.at(-1), signals], ['record', 'message', ['abort', 'resume']]);
  assert.ok(!saga.script.calls.includes('recordMessage'));
  return saga;
}

test('paused: nothing new is begun until it is resumed', async () => {
  const { script, handle, result } = await pausedSaga();
  await environment.sleep(2 * hour);
  assert.ok(!script.calls.includes('recordMessage'));
  const { typedSearchAttributes } = await handle.describe();
  assert.equal(typedSearchAttributes.get(searchAttributes.sagaState), 'paused');
  await handle.signal(holdSignals.resume);
  assert.equal(await result(), 'completed');
  assert.deepEqual(script.notes, ['internal: no', 'paused by an operator', 'resumed by an operator']);
});

test('paused and resumed before its next step: nothing is seen of it', async () => {
  let isBroken = true;
  const { script, isIn, handle, result } = await start({ storeMessage: () => (isBroken ? trouble()() : undefined) });
  await isIn('stuck');
  await handle.signal(holdSignals.pause);
  await handle.signal(holdSignals.resume);
  isBroken = false;
  await handle.signal(sagaSignals.retry);
  assert.equal(await result(), 'completed');
  assert.deepEqual(script.notes, ['internal: no']);
});

test('paused and aborted, cancelled, or out of time: undone', async () => {
  const undone = ['undoRecordMessage', 'undoStoreMessage', 'undoFindOrStartSession', 'undoFindOrCreateContact'];
  for (const [reason, stop] of [
    ['aborted', (handle: WorkflowHandle) => handle.signal(sagaSignals.abort)],
    ['cancelled', (handle: WorkflowHandle) => handle.cancel()],
    ['timed_out', async () => undefined],
  ] as const) {
    const { script, handle, result } = await pausedSaga();
    await stop(handle);
    assert.match(await result(), reason === 'cancelled' ? /cancel/i : new RegExp(reason));
    assert.deepEqual(
      script.outcomes.map((one) => [one.state, one.reason]),
      [['compensated', reason]],
    );
    assert.deepEqual(
      script.calls.filter((name) => name.startsWith('undo')),
      undone,
    );
  }
});

test('out of reach: looks again by itself, ever more rarely', async () => {
  let outages = 0;
  // Fifteen attempts a round: three rounds fail, the fourth works.
  const { result, script, tookMs } = await start({
    validateInbound: () => (outages++ < 45 ? trouble('unavailable')() : undefined),
  });
  assert.equal(await result(), 'completed');
  const waited = await tookMs();
  assert.ok(waited > 210_000 && waited < 400_000, `waited ${waited} ms instead of 30 + 60 + 120 s`);
  assert.deepEqual(script.notes, ['unavailable: no', 'unavailable: no', 'unavailable: no']);
});

test('an undo that fails is tried again by itself for days, and shown', async () => {
  let attempts = 0;
  const { result, script, tookMs } = await start({
    finishInbound: () => ApplicationFailure.nonRetryable('no', 'rule_violated'),
    undoFindOrStartSession: () => (attempts++ < 15 * 40 ? trouble()() : undefined),
  });
  assert.equal(await result(), 'ProcessInboundMessage was compensated: rule_violated: no');
  assert.ok((await tookMs()) > 8 * hour);
  assert.equal(script.notes.length, 40);
});

test('cancelled while stuck, cancelled while undoing: the compensation goes through', async () => {
  let isBroken = true;
  const { result, isIn, handle, script } = await start({
    recordMessage: trouble(),
    undoStoreMessage: () => (isBroken ? trouble()() : undefined),
  });
  await isIn('stuck');
  await handle.cancel();
  const undoing = await eventually(async () => {
    const now = await handle.query<SagaStatus>(statusQuery);
    return now.state === 'stuck' && now.step === 'message' && now;
  });
  assert.deepEqual(undoing.signals, ['retry', 'skip']);
  await handle.cancel();
  isBroken = false;
  await handle.signal(sagaSignals.retry);
  await result();
  assert.equal((await handle.describe()).status.name, 'CANCELLED');
  assert.deepEqual(script.outcomes, [{ state: 'compensated', reason: 'cancelled', step: 'record' }]);
});

test('abort before anything is begun: failed, not compensated', async () => {
  const { result, handle, script } = await start({ validateInbound: trouble() });
  await handle.signal(sagaSignals.abort);
  assert.match(await result(), /^ProcessInboundMessage was failed: aborted$/);
  assert.deepEqual(
    script.outcomes.map(({ state }) => state),
    ['failed'],
  );
});

test('what the database says goes before what the workflow knows', async (t) => {
  const forbidden = () => ApplicationFailure.nonRetryable('no', 'rule_violated');
  await t.test('it had completed', async () => {
    const { result, script, status } = await start({ recordMessage: forbidden }, { ended: 'completed' });
    assert.equal(await result(), 'completed');
    assert.deepEqual(
      script.calls.filter((name) => name.startsWith('undo')),
      [],
    );
    assert.deepEqual([(await status()).state, script.outcomes], ['completed', []]);
  });
  await t.test('it had been compensated', async () => {
    const { result, script } = await start({ recordMessage: forbidden }, { ended: 'compensated', reason: 'aborted' });
    assert.equal(await result(), 'ProcessInboundMessage was compensated: aborted');
    assert.deepEqual(script.outcomes, []);
  });
  await t.test('it had come further: the steps in between are passed through, so that all is undone', async () => {
    let calls = 0;
    const steps = ['validate', 'contact', 'session', 'message'].map((name, index) => ({ name, number: index + 1 }));
    const { result, script } = await start(
      { findOrCreateContact: () => (calls++ === 0 ? forbidden() : undefined) },
      { steps },
    );
    assert.match(await result(), /compensated/);
    assert.deepEqual(
      script.calls.filter((name) => name.startsWith('undo')),
      ['undoRecordMessage', 'undoStoreMessage', 'undoFindOrStartSession', 'undoFindOrCreateContact'],
    );
  });
});
