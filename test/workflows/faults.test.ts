// Every step of ProcessInboundMessage in trouble of every kind: the saga ends in exactly one state, and what it did is there as a whole or not at all.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type SagaStatus, sagaSignals, statusQuery } from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { workflowHasHeard } from '../support/heard.ts';
import { advert, file, gatewayMessage } from '../support/messages.ts';
import { openProduct, type Product } from '../support/product.ts';
import type { SagaRun, Shop } from '../support/shop.ts';
import { createSwitchboard, fails, failsForGood, gate, losesAnswer } from '../support/switchboard.ts';
import { assertNoGaps, type Logged, logOf, pictureOf, tracesOf, type World } from '../support/world.ts';

let product: Product;
const switchboard = createSwitchboard();
before(async () => {
  product = await openProduct('faults');
  await product.startWorker(switchboard.wrap);
});
after(() => product.close());

/** The steps by name, each with its activity and that of its undo. */
const steps = {
  validate: ['validateInbound'],
  contact: ['findOrCreateContact', 'undoFindOrCreateContact'],
  session: ['findOrStartSession', 'undoFindOrStartSession'],
  message: ['storeMessage', 'undoStoreMessage'],
  record: ['recordMessage', 'undoRecordMessage'],
  enrichment: ['requestEnrichment', 'undoRequestEnrichment'],
  finish: ['finishInbound'],
} as const;
type StepName = keyof typeof steps;
const stepNames = Object.keys(steps) as StepName[];

/** A message that makes all there is to make: an image from an advert, on a channel that groups. */
const fullMessage = (): object =>
  gatewayMessage({ body: null, payload: file('image/jpeg'), message: { imageMessage: { contextInfo: advert } } });
const grouping = { messageGrouping: { enabled: true, debounceMs: 3_600_000, maxWaitMs: 3_600_000 } };

type Case = { readonly shop: Shop; readonly run: SagaRun; readonly before: World; readonly isKnown: boolean };

/** A tenant of its own with a stored message; `isKnown`: the contact had written before, and has a session. */
async function setUp(isKnown: boolean): Promise<Case> {
  const shop = await product.openShop(grouping);
  if (isKnown) assert.equal(await shop.runSaga(await shop.store(fullMessage())), 'completed');
  const raw = await shop.store(fullMessage());
  return { shop, run: shop.sagaOf(raw), before: await pictureOf(product.database, shop), isKnown };
}

const start = ({ shop, run }: Case): Promise<SagaRun> => shop.startSaga(run.raw, { workflowTaskTimeout: '5s' });

const status = ({ run }: Case): Promise<SagaStatus> => run.handle.query<SagaStatus>(statusQuery);

/** Waits until the saga is stuck at the step and says so everywhere. */
async function isStuck(given: Case, step: string, signals: readonly string[]): Promise<void> {
  const seen = await eventually(
    async () => {
      const now = await status(given);
      return now.state === 'stuck' && now;
    },
    { timeoutMs: 40_000, everyMs: 200 },
  );
  assert.deepEqual([seen.step, seen.signals, seen.lastError?.step], [step, [...signals, 'pause'], step]);
  const { state, reason, rawStatus } = await eventually(async () => {
    const traces = await traced(given);
    return traces.state === 'stuck' && traces;
  });
  assert.deepEqual([state, reason], ['stuck', 'internal: The test says no.']);
  assert.ok(rawStatus === 'started' || step === 'validate');
  const { typedSearchAttributes } = await given.run.handle.describe();
  assert.match(JSON.stringify(typedSearchAttributes), /"stuck"/);
}

async function traced({ shop, run }: Case) {
  const traces = await tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
  assert.ok(traces, 'the saga left no trace');
  return traces;
}

/** Net effect 0, in tables, log, row, raw event and workflow alike. */
async function assertUndone(
  given: Case,
  expected: { readonly reason: RegExp; readonly close: 'FAILED' | 'CANCELLED' },
) {
  const result = await given.run.result();
  const { state, reason, isEnded, rawStatus, steps: taken } = await traced(given);
  const log = await logOf(product.database, given.shop, given.run.correlationId);
  const state_ = taken.some(({ step }) => step !== 'validate') ? 'compensated' : 'failed';
  assert.deepEqual([state, rawStatus, isEnded], [state_, state_, true], result);
  assert.match(reason ?? '', expected.reason);
  assert.equal((await given.run.handle.describe()).status.name, expected.close);
  assert.deepEqual(
    taken.filter(({ step, state }) => state === 'done' && step !== 'validate'),
    [],
  );
  assert.deepEqual(await pictureOf(product.database, given.shop), given.before);
  assertBothInLog(log);
  assertUndoCameAfter(given, log);
  const now = await status(given);
  assert.deepEqual([now.state, now.undosOpen, now.signals], [state_, [], []]);
}

/** History is not rewritten: of whatever a step told, its undo told that it was taken back. */
function assertBothInLog(log: readonly Logged[]): void {
  const told = new Set(log.map(({ step }) => step));
  for (const step of told) {
    if (step?.startsWith('undo:'))
      assert.ok(told.has(step.slice('undo:'.length)) || step === 'undo:enrichment', `${step} without its step`);
    else assert.ok(told.has(`undo:${step}`), `${step} was not undone in the log`);
  }
}

/** No undo before the last step, and undos in reverse order: in the log, and in the order of the calls. */
function assertUndoCameAfter({ run }: Case, log: readonly Logged[]): void {
  const isUndo = ({ step }: Logged): boolean => step?.startsWith('undo:') ?? false;
  const firstUndo = log.findIndex(isUndo);
  if (firstUndo >= 0) assert.ok(log.slice(firstUndo).every(isUndo), 'an undo overtook a step');
  const numbers = log.filter(isUndo).map(({ stepNumber }) => stepNumber ?? 0);
  assert.deepEqual(
    numbers,
    [...numbers].sort((one, other) => other - one),
    'undone in another order',
  );
  const calls = switchboard.calls(run.workflowId);
  const firstUndoCall = calls.findIndex((name) => name.startsWith('undo'));
  const all: readonly string[] = stepNames.map((name) => steps[name][0]);
  if (firstUndoCall >= 0) assert.ok(!calls.slice(firstUndoCall).some((name) => all.includes(name)), calls.join(' '));
}

/** What an undisturbed saga writes into the log, by whether the contact was known. */
const undisturbed = new Map<boolean, readonly string[]>();
const lines = (log: readonly Logged[]): string[] =>
  log.map(({ stepNumber, step, type }) => `${stepNumber} ${step} ${type}`);

/** Completed, in row, raw event and workflow alike, and every effect once. */
async function assertCompleted(given: Case, without: readonly string[] = []) {
  assert.equal(await given.run.result(), 'completed');
  const { state, isEnded, rawStatus, steps: taken } = await traced(given);
  assert.deepEqual([state, rawStatus, isEnded], ['completed', 'processed', true]);
  assert.equal((await given.run.handle.describe()).status.name, 'COMPLETED');
  assert.deepEqual(
    taken,
    stepNames.map((step, index) => ({ step, state: without.includes(step) ? 'skipped' : 'done', number: index + 1 })),
  );
  const log = await logOf(product.database, given.shop);
  assertNoGaps(log);
  assert.deepEqual(
    lines(log.filter(({ correlationId }) => correlationId === given.run.correlationId)),
    undisturbed.get(given.isKnown),
  );
  const now = await pictureOf(product.database, given.shop);
  const isMore = (kind: 'message' | 'tracking' | 'enrichment') => now[kind].length - given.before[kind].length;
  assert.deepEqual(
    [isMore('message'), isMore('tracking'), isMore('enrichment')],
    [1, 1, without.includes('enrichment') ? 0 : 1],
  );
  const count = now.message.length;
  assert.deepEqual(
    [now.contact, now.chat, now.session, now.messageGroup].map(({ length }) => length),
    [1, 1, 1, 1],
  );
  assert.deepEqual(
    [now.contact[0]?.interactionCount, now.session[0]?.messageCount, now.messageGroup[0]?.messageIds.length],
    [count, count, count],
  );
}

test('undisturbed', async () => {
  for (const isKnown of [false, true]) {
    const given = await setUp(isKnown);
    await start(given);
    await given.run.result();
    undisturbed.set(isKnown, lines(await logOf(product.database, given.shop, given.run.correlationId)));
    await assertCompleted(given);
  }
  assert.equal(undisturbed.get(false)?.length, 13);
  assert.equal(undisturbed.get(true)?.length, 7);
});

for (const isKnown of [false, true]) {
  describe(`a message of a ${isKnown ? 'known' : 'new'} contact`, { concurrency: 10 }, () => {
    for (const step of stepNames) {
      const activity = steps[step][0];

      test(`${step} fails for good`, async () => {
        const given = await setUp(isKnown);
        switchboard.put(given.run.workflowId, activity, failsForGood);
        await start(given);
        await assertUndone(given, { reason: /^rule_violated: The test forbids it\.$/, close: 'FAILED' });
      });

      test(`${step} takes effect, but its answer is lost twice`, async () => {
        const given = await setUp(isKnown);
        switchboard.put(
          given.run.workflowId,
          activity,
          losesAnswer((attempt) => attempt <= 2),
        );
        await start(given);
        await assertCompleted(given);
        assert.ok(switchboard.calls(given.run.workflowId).filter((name) => name === activity).length >= 3);
      });

      test(`${step} takes effect, but its answer never comes`, async () => {
        const given = await setUp(isKnown);
        switchboard.put(given.run.workflowId, activity, losesEachAnswer);
        await start(given);
        // The last step's commit is the saga's end, whether or not the workflow hears of it.
        if (step === 'finish') return assertCompleted(given);
        await isStuck(given, step, signalsOf(step));
        await given.run.handle.signal(sagaSignals.abort);
        await assertUndone(given, { reason: /^aborted$/, close: 'FAILED' });
      });

      for (const signal of signalsOf(step)) {
        test(`${step} exhausts its retries: stuck, ${signal}`, async () => {
          const given = await setUp(isKnown);
          switchboard.put(given.run.workflowId, activity, fails());
          await start(given);
          await isStuck(given, step, signalsOf(step));
          if (signal === 'retry') switchboard.clear(given.run.workflowId, activity);
          await given.run.handle.signal(signal);
          if (signal === 'abort') await assertUndone(given, { reason: /^aborted$/, close: 'FAILED' });
          else await assertCompleted(given, signal === 'skip' ? [step] : []);
        });
      }

      for (const where of ['before', 'after'] as const) {
        const when = `${where === 'before' ? 'while' : 'after'} ${step}${where === 'before' ? ' runs' : ' took effect'}`;

        test(`cancelled ${when}, and heard at once`, async () => {
          const given = await setUp(isKnown);
          const stand = gate(where);
          switchboard.put(given.run.workflowId, activity, stand.fault);
          await start(given);
          await stand.reached;
          await given.run.handle.cancel();
          await workflowHasHeard(given.run);
          stand.open();
          if (step === 'finish') await assertCompleted(given);
          else await assertUndone(given, { reason: /^cancelled$/, close: 'CANCELLED' });
        });

        test(`cancelled ${when}, and heard only when all had been done`, async () => {
          const given = await setUp(isKnown);
          const stand = gate(where);
          switchboard.put(given.run.workflowId, activity, stand.fault);
          await start(given);
          await stand.reached;
          await given.run.handle.cancel();
          stand.open();
          if ((await given.run.result()) === 'completed') await assertCompleted(given);
          else await assertUndone(given, { reason: /^cancelled$/, close: 'CANCELLED' });
        });
      }
    }

    for (const step of stepNames.filter((name) => name !== 'finish')) {
      test(`aborted while ${step} runs`, async () => {
        const given = await setUp(isKnown);
        const stand = gate('before');
        switchboard.put(given.run.workflowId, steps[step][0], stand.fault);
        await start(given);
        await stand.reached;
        await given.run.handle.signal(sagaSignals.abort);
        await workflowHasHeard(given.run);
        stand.open();
        await assertUndone(given, { reason: /^aborted$/, close: 'FAILED' });
      });
    }
  });
}

const losesEachAnswer = losesAnswer(() => true);

function signalsOf(step: StepName): readonly ('retry' | 'skip' | 'abort')[] {
  return step === 'enrichment' ? ['retry', 'skip', 'abort'] : ['retry', 'abort'];
}
