// ActivateChannel and DisconnectChannel on a real server with the gateway's sandbox: each step in trouble of every kind, whose session it is, whose turn it is.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createWahaClient } from '../../integrations/waha/client.ts';
import { sagaSignals, sessionChangedSignal } from '../../workflows/names.ts';
import { type ChannelSaga, type ChannelStage, channelStage } from '../support/channel-stage.ts';
import { eventually } from '../support/eventually.ts';
import { openProduct, type Product } from '../support/product.ts';
import { type ControlledSandbox, startControlledSandbox } from '../support/sandbox-control.ts';
import { untilStuck } from '../support/stuck-run.ts';
import { createSwitchboard, type Fault, fails, failsForGood, gate, losesAnswer } from '../support/switchboard.ts';

let product: Product;
let sandbox: ControlledSandbox;
const switchboard = createSwitchboard();
before(async () => {
  sandbox = await startControlledSandbox();
  product = await openProduct('channel-sagas');
  const gateway = createWahaClient({ baseUrl: sandbox.url, apiKey: sandbox.apiKey, timeoutMs: 500 });
  await product.startWorker(switchboard.wrap, { gateway });
});
after(async () => {
  await product.close();
  await sandbox.close();
});

/** The steps of an activation by name, each with its activity. */
const steps = {
  open: 'beginActivation',
  turn: 'takeTurnAtGateway',
  claim: 'claimSession',
  session: 'prepareSession',
  pair: 'lookAtSession',
  confirm: 'confirmActivation',
} as const;
type StepName = keyof typeof steps;
const stepNames = Object.keys(steps) as StepName[];
/** From the session on there is something at the gateway to take back. */
const endAt = (step: StepName): readonly string[] => [
  stepNames.indexOf(step) >= stepNames.indexOf('session') ? 'compensated' : 'failed',
];

type Given = { readonly stage: ChannelStage; readonly saga: ChannelSaga };

/** An activation whose step is in trouble, and whose undo may be, too. */
async function activate(step?: StepName, fault?: Fault, undoFault?: Fault): Promise<Given> {
  const stage = await channelStage(product);
  await stage.ask('channel.request_activation');
  const { workflowId } = await stage.activation();
  if (step && fault) switchboard.put(workflowId, steps[step], fault);
  if (undoFault) switchboard.put(workflowId, 'releaseSession', undoFault);
  return { stage, saga: await stage.startActivation() };
}

async function assertActive({ stage, saga }: Given): Promise<void> {
  assert.equal(await saga.result(), 'completed');
  const { status, webhookUrl, lastError } = await stage.channel();
  assert.deepEqual([status, lastError], ['active', null]);
  assert.deepEqual(await stage.told(), ['channel.activation.requested', 'channel.activated']);
  const { state, steps: taken } = await stage.traces(saga);
  assert.deepEqual([state, taken], ['completed', ['open done', 'claim done', 'session done', 'confirm done']]);
  const shown = await sandbox.session(stage.session);
  assert.equal(shown?.status, 'WORKING');
  assert.deepEqual(shown?.config.metadata, { tenantId: stage.shop.tenantId, channelId: stage.shop.channelId });
  assert.deepEqual(
    shown?.config.webhooks?.map(({ url, hmac }) => [url, typeof hmac?.key]),
    [[webhookUrl, 'string']],
  );
  assert.equal(await stage.pairing(), undefined);
}

/** The world as before, but for the log and why it failed. `ends`: as what; a cancellation may be heard a step later. */
async function assertUndone(
  { stage, saga }: Given,
  reason: RegExp,
  ends: readonly string[] = ['failed', 'compensated'],
): Promise<void> {
  const result = await saga.result();
  assert.notEqual(result, 'completed');
  const { status, lastError } = await stage.channel();
  assert.equal(status, 'error', result);
  assert.match(lastError ?? '', reason);
  assert.deepEqual(await stage.told(), ['channel.activation.requested', 'channel.activation.failed']);
  const traces = await stage.traces(saga);
  assert.ok(ends.includes(traces.state), traces.state);
  assert.match(traces.reason ?? '', reason);
  assert.equal(await sandbox.session(stage.session), undefined);
  assert.equal(await stage.pairing(), undefined);
}

test('undisturbed: the session is made with our webhook, secret and marks, and the channel is active', async () => {
  await assertActive(await activate());
});

describe('an activation', { concurrency: 8 }, () => {
  for (const step of stepNames) {
    test(`${step} fails for good`, async () => {
      const given = await activate(step, failsForGood);
      await assertUndone(given, /^rule_violated: The test forbids it\.$/, endAt(step));
    });

    test(`${step} takes effect, but its answer is lost twice`, async () => {
      await assertActive(
        await activate(
          step,
          losesAnswer((attempt) => attempt <= 2),
        ),
      );
    });

    for (const signal of ['retry', 'abort'] as const) {
      test(`${step} exhausts its retries: stuck, ${signal}`, async () => {
        const given = await activate(step, fails());
        const stuck = await untilStuck(given.saga);
        assert.deepEqual([stuck.step, stuck.signals], [step, ['retry', 'abort', 'pause']]);
        if (signal === 'retry') switchboard.clear(given.saga.workflowId, steps[step]);
        await given.saga.handle.signal(sagaSignals[signal]);
        if (signal === 'retry') await assertActive(given);
        else await assertUndone(given, /^aborted$/, endAt(step));
      });
    }

    for (const where of ['before', 'after'] as const) {
      test(`cancelled ${where === 'before' ? 'while' : 'after'} ${step} ${where === 'before' ? 'runs' : 'took effect'}`, async () => {
        const stand = gate(where);
        const given = await activate(step, stand.fault);
        await stand.reached;
        await given.saga.handle.cancel();
        stand.open();
        // The last step is not stopped once it has begun.
        if (step === 'confirm') await assertActive(given);
        else await assertUndone(given, /^cancelled$/);
      });
    }
  }

  test('an undo that fails is stuck and shown, and tried until it is done', async () => {
    const given = await activate('pair', failsForGood, fails());
    const { step, signals } = await untilStuck(given.saga);
    assert.deepEqual([step, signals], ['session', ['retry', 'skip']]);
    assert.equal((await given.stage.channel()).status, 'activating');
    switchboard.clear(given.saga.workflowId, 'releaseSession');
    await given.saga.handle.signal(sagaSignals.retry);
    await assertUndone(given, /^rule_violated/, ['compensated']);
  });
});

const misbehave = (how: object): Promise<unknown> => sandbox.misbehave(how);

describe('the gateway', () => {
  test('leaves a new session STOPPED, fails and falls silent: it is asked again, and one session comes of it', async () => {
    await misbehave({ startStopped: true, failSessionCalls: 1, hangSessionCalls: 1 });
    await assertActive(await activate());
    await misbehave({ startStopped: false });
  });

  test('has a session of this name that is somebody else’s: it is refused, and left as it is', async () => {
    const stage = await channelStage(product);
    const config = { metadata: { channelId: 'another' }, webhooks: [] };
    await sandbox.call('POST', 'api/sessions', { name: stage.session, config });
    await stage.ask('channel.request_activation');
    const saga = await stage.startActivation();
    assert.match(await saga.result(), /is not this channel’s/);
    assert.equal((await stage.channel()).status, 'error');
    assert.deepEqual((await sandbox.session(stage.session))?.config, config);
    // Nor does deleting the channel touch it.
    const [eventId = ''] = await stage.ask('channel.delete');
    assert.equal(await (await stage.startDisconnection(eventId)).result(), 'completed');
    assert.equal((await sandbox.session(stage.session))?.status, 'WORKING');
  });

  test('has the channel’s own session: what else it is configured to stays, and a failure only puts it to rest', async () => {
    const given = await activate();
    const { stage } = given;
    await assertActive(given);
    const own = await sandbox.session(stage.session);
    const other = { url: 'http://127.0.0.1:9/other', events: ['message.any'] };
    const config = { ...own?.config, noweb: { store: { enabled: true } }, webhooks: [other] };
    await sandbox.call('PUT', `api/sessions/${stage.session}`, { config });
    await stage.ask('channel.deactivate');
    await stage.ask('channel.request_activation');
    const { workflowId } = await stage.activation();
    switchboard.put(workflowId, 'confirmActivation', failsForGood);
    await (await stage.startActivation()).result();
    assert.equal((await stage.channel()).status, 'error');
    const rested = await sandbox.session(stage.session);
    assert.deepEqual([rested?.status, rested?.config], ['STOPPED', config]);
    // Its account is still paired: once more, and nobody has to scan.
    await misbehave({ autoPair: false });
    await stage.ask('channel.request_activation');
    assert.equal(await (await stage.startActivation()).result(), 'completed');
    await misbehave({ autoPair: true });
    const shown = await sandbox.session(stage.session);
    assert.deepEqual(
      shown?.config.webhooks?.map(({ url }) => url),
      [other.url, (await stage.channel()).webhookUrl],
    );
  });
});

test('switched off and asked for again while it waits to be paired: each saga has its turn, and the last word counts', async () => {
  await misbehave({ autoPair: false });
  const given = await activate();
  const { stage } = given;
  const pairing = await eventually(async () => (await stage.pairing())?.qr && stage.pairing());
  assert.equal(pairing?.sessionStatus, 'SCAN_QR_CODE');
  const [eventId = ''] = await stage.ask('channel.deactivate');
  const disconnection = await stage.startDisconnection(eventId);
  await stage.ask('channel.request_activation');
  const second = await stage.startActivation();
  await given.saga.handle.signal(sessionChangedSignal);
  assert.match(await given.saga.result(), /switched off or deleted/);
  // Which of the two that wait has its turn first is not said.
  await eventually(async () => (await sandbox.session(stage.session))?.status === 'SCAN_QR_CODE', {
    timeoutMs: 20_000,
  });
  await sandbox.scan(stage.session);
  await second.handle.signal(sessionChangedSignal);
  assert.equal(await second.result(), 'completed');
  assert.equal(await disconnection.result(), 'completed');
  await misbehave({ autoPair: true });
  assert.equal((await stage.channel()).status, 'active');
  assert.equal((await sandbox.session(stage.session))?.status, 'WORKING');
  // The first one failed for nobody: its request had been withdrawn.
  assert.deepEqual(await stage.told(), [
    'channel.activation.requested',
    'channel.deactivated',
    'channel.activation.requested',
    'channel.activated',
  ]);
});

describe('a disconnection', { concurrency: 8 }, () => {
  const disconnection = {
    open: 'beginDisconnection',
    disconnect: 'disconnectSession',
    finish: 'finishDisconnection',
  } as const;

  async function disconnect(verb: 'channel.deactivate' | 'channel.delete', activity?: string, fault?: Fault) {
    const given = await activate();
    await assertActive(given);
    const [eventId = ''] = await given.stage.ask(verb);
    if (activity && fault) switchboard.put(`disconnect-channel-${eventId}`, activity, fault);
    return { stage: given.stage, saga: await given.stage.startDisconnection(eventId) };
  }

  test('switched off: the session is stopped and calls us no more, its account stays paired', async () => {
    const { stage, saga } = await disconnect('channel.deactivate');
    assert.equal(await saga.result(), 'completed');
    const shown = await sandbox.session(stage.session);
    assert.deepEqual([shown?.status, shown?.config.webhooks], ['STOPPED', []]);
    assert.equal((await stage.channel()).status, 'inactive');
  });

  test('deleted: the account is logged out and the session is gone', async () => {
    const { stage, saga } = await disconnect('channel.delete');
    assert.equal(await saga.result(), 'completed');
    assert.equal(await sandbox.session(stage.session), undefined);
    assert.deepEqual((await stage.traces(saga)).steps, ['open done', 'disconnect done', 'finish done']);
  });

  for (const [step, activity] of Object.entries(disconnection)) {
    test(`${step} fails for good: told, and the session is left or gone, never half`, async () => {
      const { stage, saga } = await disconnect('channel.delete', activity, failsForGood);
      assert.match(await saga.result(), /The test forbids it/);
      const { state, reason } = await stage.traces(saga);
      assert.deepEqual([state, reason], ['failed', 'rule_violated: The test forbids it.']);
      assert.equal((await sandbox.session(stage.session))?.status, step === 'finish' ? undefined : 'WORKING');
    });

    test(`${step} takes effect, but its answer is lost twice`, async () => {
      const lost = losesAnswer((attempt) => attempt <= 2);
      const { stage, saga } = await disconnect('channel.delete', activity, lost);
      assert.equal(await saga.result(), 'completed');
      assert.equal(await sandbox.session(stage.session), undefined);
    });

    test(`${step} exhausts its retries: stuck, then retried`, async () => {
      const { stage, saga } = await disconnect('channel.delete', activity, fails());
      assert.equal((await untilStuck(saga)).step, step);
      switchboard.clear(saga.workflowId, activity);
      await saga.handle.signal(sagaSignals.retry);
      assert.equal(await saga.result(), 'completed');
      assert.equal(await sandbox.session(stage.session), undefined);
    });

    for (const where of ['before', 'after'] as const) {
      test(`cancelled ${where} ${step} took effect`, async () => {
        const stand = gate(where);
        const { stage, saga } = await disconnect('channel.delete', activity, stand.fault);
        await stand.reached;
        await saga.handle.cancel();
        stand.open();
        const result = await saga.result();
        const { state, steps: taken } = await stage.traces(saga);
        assert.equal(state, step === 'finish' ? 'completed' : 'failed', result);
        // It may be heard a step later: then the session is gone, and its step says so.
        const isGone = (await sandbox.session(stage.session)) === undefined;
        assert.equal(isGone, taken.includes('disconnect done'));
        if (step !== 'open') assert.ok(isGone);
      });
    }
  }
});
