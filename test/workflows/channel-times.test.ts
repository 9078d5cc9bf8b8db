// ActivateChannel and DisconnectChannel as time goes by: all states of a session, nobody who pairs it, lost webhooks, turns that don't come.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { SessionSight } from '../../activities/channels/activation-activities.ts';
import { sessionChangedSignal, workflowNames } from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { openSkippedTime, type SkippedTime } from '../support/skipped-time.ts';

type Status = SessionSight['status'];
const minutes = 60_000;
const input = {
  tenantId: 't',
  channelId: randomUUID(),
  correlationId: randomUUID(),
  requestedAt: '2026-01-31T12:00:00.000Z',
};
let time: SkippedTime;
before(async () => {
  time = await openSkippedTime();
});
after(() => time.close());

/** An activation that sees these states, the last one for ever. */
async function activate(...states: readonly Status[]) {
  const calls: string[] = [];
  const reasons: string[] = [];
  let looks = 0;
  const note = (name: string) => async () => void calls.push(name);
  const handle = await time.start(workflowNames.activateChannel, input, {
    beginActivation: note('begin'),
    takeTurnAtGateway: async () => true,
    claimSession: async () => ({ existed: false }),
    prepareSession: note('prepare'),
    releaseSession: note('release'),
    reviveSession: async (_: object, { status }: SessionSight) => void calls.push(`revive ${status}`),
    lookAtSession: async () => {
      const status = states[Math.min(looks, states.length - 1)];
      looks += 1;
      return { status };
    },
    confirmActivation: note('confirm'),
    settleFailedActivation: async (_: object, { reason }: { reason: string }) => void reasons.push(reason),
  });
  return { handle, calls, reasons, looks: () => looks };
}

/** How it ended, and after how long. */
async function endOf({ handle, reasons }: Awaited<ReturnType<typeof activate>>) {
  const result = await handle.result().then(
    () => 'completed',
    () => reasons.join(),
  );
  const { startTime, closeTime } = await handle.describe();
  return { result, tookMs: (closeTime?.getTime() ?? 0) - startTime.getTime() };
}

test('every state on the way is followed by looking alone, when no webhook comes', async () => {
  const run = await activate(
    'STARTING',
    'SCAN_QR_CODE',
    'PASSKEY_REQUIRED',
    'PASSKEY_CONFIRMATION_REQUIRED',
    'UNKNOWN',
    'WORKING',
  );
  const { result, tookMs } = await endOf(run);
  assert.deepEqual([result, run.looks()], ['completed', 6]);
  assert.ok(tookMs >= 25_000 && tookMs < 30_000, `${tookMs} ms`);
  assert.deepEqual(run.calls, ['begin', 'prepare', 'confirm']);
});

test('a word of the gateway’s is followed at once', async () => {
  const run = await activate('SCAN_QR_CODE');
  await eventually(() => run.looks() === 1);
  const before = await time.now();
  for (const looks of [2, 3]) {
    await run.handle.signal(sessionChangedSignal);
    await eventually(() => run.looks() === looks);
  }
  assert.ok((await time.now()) - before < 5_000, 'it was the clock that made it look');
  await run.handle.cancel();
  await endOf(run);
  assert.deepEqual(run.calls.at(-1), 'release');
});

const unmet = {
  SCAN_QR_CODE: 'qr_code_not_scanned',
  PASSKEY_REQUIRED: 'passkey_not_given',
} as const;
describe('a session that does not get to work', () => {
  for (const [status, reason] of Object.entries(unmet)) {
    test(`${status} for ever: given up after ten minutes with the reason, and taken back`, async () => {
      const run = await activate(status as Status);
      const { result, tookMs } = await endOf(run);
      assert.equal(result, reason);
      assert.ok(tookMs >= 10 * minutes && tookMs < 11 * minutes, `${tookMs} ms`);
      assert.deepEqual(run.calls, ['begin', 'prepare', 'release']);
      assert.ok(run.looks() <= 122, `${run.looks()} looks`);
      assert.ok(((await run.handle.describe()).historyLength ?? 0) < 5_000);
    });
  }

  for (const status of ['FAILED', 'STOPPED', 'MISSING'] as const) {
    test(`${status} is brought back`, async () => {
      const back = await activate('STARTING', status, 'SCAN_QR_CODE', status, 'WORKING');
      assert.equal((await endOf(back)).result, 'completed');
      assert.deepEqual(back.calls, ['begin', 'prepare', `revive ${status}`, `revive ${status}`, 'confirm']);
    });
  }

  test('one that never comes up is given up with the reason', async () => {
    const hopeless = await activate('FAILED');
    assert.equal((await endOf(hopeless)).result, 'session_failed');
    assert.deepEqual(hopeless.calls, ['begin', 'prepare', ...Array(5).fill('revive FAILED'), 'release']);
    const unscanned = await activate('SCAN_QR_CODE', 'STOPPED');
    assert.equal((await endOf(unscanned)).result, 'qr_code_not_scanned');
  });
});

/** A disconnection whose turn comes after so long. */
async function disconnect(turnAfterMs: number) {
  let asked = 0;
  const since = await time.now();
  const handle = await time.start(workflowNames.disconnectChannel, input, {
    beginDisconnection: async () => undefined,
    takeTurnAtGateway: async () => {
      asked += 1;
      return (await time.now()) - since >= turnAfterMs;
    },
    disconnectSession: async () => ({ outcome: 'removed' }),
    finishDisconnection: async () => undefined,
  });
  const result = await handle.result().then(
    () => 'completed',
    (error: Error & { cause?: Error }) => error.cause?.message,
  );
  const { historyLength } = await handle.describe();
  return { result, asked, historyLength };
}

test('a turn that comes after six hours is taken, and asking for it fills no history', async () => {
  const { result, asked, historyLength } = await disconnect(6 * 60 * minutes);
  assert.equal(result, 'completed');
  assert.ok(asked < 160 && historyLength < 1_100, `${asked} asked, ${historyLength} in the history`);
});
